# واژه‌های milepost به فارسی.

delivery-no-evidence = بدون مدرک
delivery-not-started = آغاز نشده
delivery-started = آغاز شده
delivery-substantial = بخش بزرگی انجام شده
delivery-delivered = انجام شده (به ادعای متعهد)
delivery-verified = انجام شده (راستی‌آزمایی شده)
delivery-in-effect = در عمل مؤثر (اندازه‌گیری شده)
delivery-stopped = متوقف

timing-no-date = بدون تاریخ
timing-on-time = به‌موقع
timing-at-risk = در معرض تأخیر
timing-late = دیرکرد
timing-done-on-time = به‌موقع انجام شد
timing-done-late = با تأخیر انجام شد
timing-stopped = متوقف

flag-disputed = مورد اختلاف
flag-stale = بدون گزارش تازه
flag-not-verifiable = سنجش‌ناپذیر
flag-secondary-source-only = تنها منبع دست دوم
flag-moved-without-request = جابه‌جایی بدون درخواست

missing-owner = متعهد
missing-date = تاریخ
missing-acceptance-test = معیار پذیرش
missing-locator = منبع

legal-draft = پیش‌نویس
legal-adopted = پذیرفته
legal-signed = امضا شده
legal-provisionally-applied = اجرای موقت
legal-in-force = لازم‌الاجرا
legal-suspended = تعلیق شده
legal-withdrawn = خروج
legal-terminated = پایان یافته
legal-superseded = جایگزین شده
legal-not-evidenced = بی‌مدرک

share-verified = راستی‌آزمایی‌شده از بیرون
share-claimed = به ادعای متعهد
share-moving = در حال پیشرفت
share-no-evidence = بدون مدرکِ پیشرفت

column-id = شناسه
column-commitment = تعهد
column-owner = متعهد
column-promised-then = وعدهٔ آن زمان
column-promised-now = وعدهٔ کنونی
column-state = وضعیت
column-timing = زمان‌بندی
column-slip = لغزش، روز
column-date = تاریخ
column-what = چه
column-about = دربارهٔ
column-source = منبع
column-due = سررسید
column-days-late = روزهای دیرکرد
column-cost-all = هزینهٔ یک روز، همه، هزار دلار
column-cost-own = سهم { $party }
column-bears-most = بیش از همه بر دوش
column-first = باید نخست انجام شود
column-waits = در انتظار آن
column-agreement = موافقت‌نامه
column-legal = وضعیت حقوقی
column-in-force = لازم‌الاجرا از

brief-title = گزارش کوتاه: { $meeting }
brief-party = برای { $party }
brief-all = برای همهٔ طرف‌ها
brief-head = { $body }، { $date }
brief-date-open = تاریخ تعیین نشده
brief-known = بر پایهٔ آگاهی‌های تا { $date }؛ آنچه پس از آن گزارش شده در این متن نیست.
brief-since = در مقایسه با نشست { $date }.
brief-since-year = نشست پیشینی ثبت نشده است؛ مقایسه با { $date }.
brief-until = نشست آینده: { $date }.
brief-until-year = نشست آینده‌ای ثبت نشده است؛ نگاه تا { $date }.
brief-sources = وضعیت‌ها با قاعده از مدارک به دست آمده‌اند، نسخهٔ { $version }؛ هیچ‌جا «انجام شده» دستی نوشته نشده است. منبع هر سطر دفتر ثبت است و سطرها با شناسه آمده‌اند.

section-summary = در یک نگاه
section-promised = وعده‌ها و وضع آن‌ها
section-changed = دگرگونی‌ها از نشست پیش
section-expiring = سررسیدها تا نشست آینده
section-blocks = چه کسی در انتظار کیست
section-cost = تعهدات باز به ترتیب هزینهٔ یک روز تأخیر
section-force = موافقت‌نامه‌ها و اعتبار آن‌ها
section-decisions = پیش‌نویس تصمیم‌ها
section-conflicts = جاهایی که منابع با هم نمی‌خوانند
section-limits = این عددها بر چه استوار است

summary-shares = از { $total } تعهد: { $verified } راستی‌آزمایی‌شده از بیرون، { $claimed } به ادعای متعهد، { $moving } در حال پیشرفت، { $none } بدون مدرکِ پیشرفت؛ { $stopped } متوقف.
summary-late = { $count ->
    [0] هیچ تعهد بازی از آخرین تاریخ وعده‌داده‌شده نگذشته است.
   *[other] { $count } تعهد باز از آخرین تاریخ وعده‌داده‌شده گذشته است.
}
summary-cost = یک روز تأخیر بیشتر در همهٔ تعهدات باز، تاریخ‌دار و ارزش‌گذاری‌شده { $cost } هزار دلار هزینه دارد (ارزش کنونی).
summary-dearest = گران‌ترین روز: { $title } ({ $id })، { $cost } هزار دلار، بیش از همه بر دوش { $countries }.
summary-own = { $party } متعهد { $count } تعهد باز است و { $cost } هزار دلار از هزینهٔ آن روز را می‌پردازد.
summary-nothing-valued = هیچ تعهد بازی هم تاریخ و هم ارزش ندارد؛ پس هزینهٔ تأخیر را نمی‌توان گفت.

changed-date = وعده برای { $new } به جای { $old }
changed-first-date = نخستین وعده برای { $new }
changed-report = گزارش: { $text }
changed-request-asked = { $party } تاریخ { $new } را درخواست کرد ({ $reason })
changed-request-decided = درخواست: { $decision }، از سوی { $by }
changed-instrument = { $kind } از سوی { $party }
changed-nothing = از آن زمان چیزی ثبت نشده است.
expiring-commitment = وعده برای { $date }
expiring-agreement = پایان اعتبار موافقت‌نامه
expiring-restriction = پایان محدودیت
expiring-last-day = آخرین روز درخواست بقاعدهٔ تغییر تاریخ
expiring-nothing = تا نشست آینده سررسیدی نیست.
blocks-nothing = در دفتر ثبت هیچ تعهد بازی در انتظار دیگری نیست.
promised-nothing = تعهدی با تاریخ وعده‌داده‌شده نیست.
cost-nothing = هیچ تعهد بازی ارزش‌گذاری نشده است.
conflicts-nothing = تناقضی ثبت نشده است.

decision-late = { $id } { $title }: { $party } تا { $date } انجام آن را با مدرک گزارش دهد، یا درخواست تاریخ تازه را با ذکر دلیل بدهد.
decision-at-risk = { $id } { $title }: { $party } تا { $date } گزارش دهد چه چیزی مانع انجام آن تا { $due } است.
decision-no-date = { $id } { $title }: { $party } تا { $date } تاریخی تعیین کند.
decision-missing = { $id } { $title }: { $party } کمبودها ({ $missing }) را تا { $date } کامل کند.
decision-disputed = { $id } { $title }: طرف‌ها ناظری مشترک بفرستند تا تناقض گزارش‌ها روشن شود.
decision-verify = { $id } { $title }: به ادعای متعهد انجام شده است؛ نهادی بیرون از { $party } آن را با معیار پذیرش راستی‌آزمایی کند.
decision-request = { $id }: تصمیم دربارهٔ درخواست { $party } برای { $new } ({ $reason }).
decision-plan = { $id } { $title }: { $party } تا { $date } برنامهٔ کار با نقاط عطف بدهد.
decision-blocker = { $id } { $title }: { $waits } در انتظار آن است؛ { $party } آن را در اولویت بگذارد.
decision-ratify = { $id } { $title }: طرف‌ها اسناد الزام‌آور خود و تاریخ آن‌ها را نزد امین ثبت کنند.
decision-nothing = بر پایهٔ قاعده‌ها تصمیمی لازم نیست.
decision-draft = با قاعده از دفتر ثبت تهیه شده است؛ تصمیم با نشست است.

limit-horizon = هزینهٔ یک روز: ارزش کنونی سود تجاری ازدست‌رفته، با نرخ { $rate } در سال، تا { $horizon }؛ به قیمت‌های سال { $year }.
limit-not-valued = ارزش‌گذاری نشده: { $names }.
limit-assumed = { $share } از سطرهای پشت این عددها فرض یا برآورد است؛ هر سطر دفتر ثبت آن را می‌گوید.
limit-model = مدل شبکهٔ زمان صلح را نشان می‌دهد؛ محدودیت‌های ثبت‌شده در عددهای این گزارش نیست.
limit-overdue = تاریخ گذشته امروز شمرده می‌شود: آنچه تاکنون از دست رفته در هزینهٔ یک روز نیست.

footer = داده { $fingerprint } · ریشهٔ ممیزی { $root } · milepost { $version } · { $date }
footer-no-root = ندارد
page = صفحهٔ { $page } از { $pages }

reason-funding = تأمین مالی
reason-land = زمین
reason-design = طراحی
reason-contractor = پیمانکار
reason-procedure = تشریفات
reason-ratification = تصویب
reason-restriction = محدودیت
reason-conflict = درگیری
reason-weather = آب‌وهوا
reason-dependency = وابستگی
reason-other = دیگر

kind-adoption = پذیرش متن
kind-signature = امضا
kind-definitive-signature = امضای قطعی
kind-ratification = تصویب
kind-acceptance = قبول
kind-approval = تأیید
kind-accession = الحاق
kind-succession = جانشینی
kind-notification = اطلاع رسمی
kind-provisional-application = اجرای موقت
kind-entry-into-force = لازم‌الاجرا شدن
kind-withdrawal = خروج
kind-suspension = تعلیق
kind-resumption = ازسرگیری
kind-extension = تمدید
kind-termination = پایان
kind-supersession = جایگزینی
kind-decision = تصمیم
kind-application = تقاضا
kind-observer = عضویت ناظر
kind-membership = عضویت

decided-granted = پذیرفته شد
decided-refused = رد شد
decided-withdrawn = پس گرفته شد
decided-pending = در دست بررسی

letter-subject-reminder = { $id } { $title }: سررسید { $date }
letter-subject-last-day = { $id } { $title }: آخرین روز درخواست تاریخ تازه
letter-subject-escalation = { $id } { $title }: { $days } روز دیرکرد
letter-subject-intake = { $id } { $title }: لطفاً تکمیل شود
letter-subject-work-plan = { $id } { $title }: برنامهٔ کار
letter-subject-brief = گزارش کوتاه برای { $title }
letter-greeting = به { $office } { $party }،
letter-greeting-common = به { $office }،
letter-reminder-before = { $title } ({ $id }) برای { $date } وعده داده شده است، { $days } روز دیگر. معیار پذیرش: { $test }.
letter-reminder-day = { $title } ({ $id }) برای امروز، { $date }، وعده داده شده است. معیار پذیرش: { $test }.
letter-reminder-after = { $title } ({ $id }) برای { $date } وعده داده شده بود، { $days } روز پیش، و مدرکی از انجام آن ثبت نشده است. معیار پذیرش: { $test }.
letter-last-day = { $title } ({ $id }) برای { $date } وعده داده شده است. امروز آخرین روزی است که می‌توان آن را بقاعده جابه‌جا کرد: با ذکر دلیل و تاریخ تازه.
letter-escalation = { $title } ({ $id })، در تعهد { $party }، برای { $date } وعده داده شده بود و { $days } روز دیرکرد دارد، بی مدرک و بی درخواست پذیرفته‌شده. بر پایهٔ نردبان توافق‌شده موضوع به شما ارجاع می‌شود.
letter-intake = { $title } ({ $id }) به این شکل پیگیری‌پذیر نیست. کمبود: { $missing }. لطفاً تا { $date } تکمیل کنید؛ تا آن زمان سنجش‌ناپذیر شمرده می‌شود.
letter-work-plan = برای { $title } ({ $id }) نقطهٔ عطفی ثبت نشده است. لطفاً تا { $date } برنامهٔ کار با تاریخ و متعهد بدهید.
letter-brief = گزارش کوتاه { $title } در { $date } آماده است: milepost brief.
letter-cost = یک روز تأخیر بیشتر { $cost } هزار دلار هزینه دارد، بیش از همه بر دوش { $countries }.
letter-closing = فرستاده از دفتر ثبت { $programme }، داده { $fingerprint }.
office-focal-point = نقطهٔ تماس
office-approver = مقام تأییدکننده
office-secretariat = دبیرخانه
office-council = شورا
office-verifier = نهاد راستی‌آزما
test-none = ثبت نشده است

event-due = سررسید: { $id } { $title }
event-delivered = انجام شد: { $id } { $title }
event-stopped = متوقف: { $id } { $title }
event-last-day = آخرین روز درخواست تاریخ تازه: { $id } { $title }
event-meeting = { $title }
event-owed = متعهد: { $party }. وضعیت: { $state }. { $count } بار وعده داده شده.
event-calendar = { $programme }: { $whose }
