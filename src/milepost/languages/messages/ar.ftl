# كلمات milepost بالعربية.

delivery-no-evidence = لا دليل
delivery-not-started = لم يبدأ
delivery-started = بدأ
delivery-substantial = أُنجز جزء كبير
delivery-delivered = أُنجز (حسب المتعهد)
delivery-verified = أُنجز (مُتحقَّق منه)
delivery-in-effect = نافذ الأثر (مقيس)
delivery-stopped = متوقف

timing-no-date = بلا موعد
timing-on-time = في الموعد
timing-at-risk = الموعد مهدد
timing-late = متأخر
timing-done-on-time = أُنجز في موعده
timing-done-late = أُنجز متأخرًا
timing-stopped = متوقف

flag-disputed = متنازع عليه
flag-stale = لا تقرير حديثًا
flag-not-verifiable = غير قابل للتحقق
flag-secondary-source-only = مصدر ثانوي فقط
flag-moved-without-request = أُجِّل بلا طلب

missing-owner = المتعهد
missing-date = الموعد
missing-acceptance-test = معيار القبول
missing-locator = المصدر

legal-draft = مشروع
legal-adopted = معتمد
legal-signed = موقَّع
legal-provisionally-applied = مطبَّق مؤقتًا
legal-in-force = نافذ
legal-suspended = معلَّق
legal-withdrawn = انسحاب
legal-terminated = منتهٍ
legal-superseded = حلّ محله غيره
legal-not-evidenced = بلا دليل

share-verified = تحقق منه آخرون
share-claimed = حسب المتعهد
share-moving = قيد التقدم
share-no-evidence = لا دليل على التقدم

column-id = الرمز
column-commitment = الالتزام
column-owner = المتعهد
column-promised-then = الموعد آنذاك
column-promised-now = الموعد الآن
column-state = الحالة
column-timing = التوقيت
column-slip = الانزلاق، أيام
column-date = التاريخ
column-what = ماذا
column-about = بشأن
column-source = المصدر
column-due = الاستحقاق
column-days-late = أيام التأخر
column-cost-all = كلفة يوم، الكل، ألف دولار
column-cost-own = منها على { $party }
column-bears-most = يتحملها أساسًا
column-first = يجب أن يسبق
column-waits = ينتظره
column-agreement = الاتفاق
column-legal = الحالة القانونية
column-in-force = نافذ منذ

brief-title = مذكرة: { $meeting }
brief-party = إلى { $party }
brief-all = إلى جميع الأطراف
brief-head = { $body }، { $date }
brief-date-open = الموعد غير محدد
brief-known = وفق المعلوم في { $date }؛ ما ورد بعده غير مشمول.
brief-since = مقارنة باجتماع { $date }.
brief-since-year = لا اجتماع سابقًا في السجل؛ المقارنة مع { $date }.
brief-until = الاجتماع القادم: { $date }.
brief-until-year = لا اجتماع لاحقًا في السجل؛ النظر حتى { $date }.
brief-sources = الحالات مستنتجة من الأدلة بقواعد، الإصدار { $version }؛ لا يُكتب «أُنجز» يدويًا. مصدر كل سطر هو السجل، والأسطر مذكورة برموزها.

section-summary = بإيجاز
section-promised = ما وُعد به وأين وصل
section-changed = ما تغيّر منذ الاجتماع الماضي
section-expiring = ما يستحق قبل الاجتماع القادم
section-blocks = من ينتظر من
section-cost = الالتزامات المفتوحة حسب كلفة يوم تأخير
section-force = الاتفاقات ونفاذها
section-decisions = مشاريع قرارات
section-conflicts = حيث تتعارض المصادر
section-limits = على ماذا تقوم هذه الأرقام

summary-shares = من { $total } التزامًا: { $verified } تحقق منها آخرون، { $claimed } حسب المتعهد، { $moving } قيد التقدم، { $none } بلا دليل على التقدم؛ { $stopped } متوقفة.
summary-late = { $count ->
    [0] لا التزام مفتوحًا تجاوز آخر موعد وُعد به.
    [one] التزام مفتوح واحد تجاوز آخر موعد وُعد به.
   *[other] { $count } من الالتزامات المفتوحة تجاوزت آخر موعد وُعد به.
}
summary-cost = يوم تأخير آخر لكل ما هو مفتوح ومؤرخ ومقوَّم يكلف { $cost } ألف دولار (قيمة حالية).
summary-dearest = أغلى يوم: { $title } ({ $id })، { $cost } ألف دولار، يتحملها أساسًا { $countries }.
summary-own = { $party }: عليه { $count } من الالتزامات المفتوحة ويتحمل { $cost } ألف دولار من ذلك اليوم.
summary-nothing-valued = لا التزام مفتوحًا له موعد وقيمة معًا، فلا يمكن ذكر كلفة التأخير.

changed-date = وُعد به في { $new } بدل { $old }
changed-first-date = وُعد به أول مرة في { $new }
changed-report = تقرير: { $text }
changed-request-asked = طلب { $party } الموعد { $new } ({ $reason })
changed-request-decided = الطلب: { $decision }، القرار من { $by }
changed-instrument = { $kind } من { $party }
changed-nothing = لا شيء في السجل منذ ذلك الحين.
expiring-commitment = وُعد به في { $date }
expiring-agreement = انتهاء الاتفاق
expiring-restriction = انتهاء القيد
expiring-last-day = آخر يوم لطلب نظامي لتغيير الموعد
expiring-nothing = لا شيء يستحق قبل الاجتماع القادم.
blocks-nothing = لا التزام مفتوحًا ينتظر غيره وفق السجل.
promised-nothing = لا التزام له موعد موعود.
cost-nothing = لا التزام مفتوحًا مقوَّم.
conflicts-nothing = لا تعارض في السجل.

decision-late = { $id } { $title }: على { $party } الإبلاغ عن الإنجاز مع دليله، أو تقديم طلب موعد جديد مع السبب، قبل { $date }.
decision-at-risk = { $id } { $title }: على { $party } بيان ما يعوق الإنجاز بحلول { $due }، قبل { $date }.
decision-no-date = { $id } { $title }: على { $party } تحديد موعد، قبل { $date }.
decision-missing = { $id } { $title }: على { $party } استكمال الناقص ({ $missing })، قبل { $date }.
decision-disputed = { $id } { $title }: على الأطراف إيفاد مراقب مشترك لحسم التقارير المتعارضة.
decision-verify = { $id } { $title }: أُعلن إنجازه؛ على جهة خارج { $party } التحقق منه وفق معيار القبول.
decision-request = { $id }: البت في طلب { $party } للموعد { $new } ({ $reason }).
decision-plan = { $id } { $title }: على { $party } تقديم خطة عمل بمراحلها، قبل { $date }.
decision-blocker = { $id } { $title }: ينتظره { $waits }؛ على { $party } تقديمه على غيره.
decision-ratify = { $id } { $title }: على الأطراف إيداع الصكوك الملزمة لها وتواريخها لدى الوديع.
decision-nothing = لا قرار مستحقًا وفق القواعد.
decision-draft = صيغت بالقواعد من السجل؛ والقرار للاجتماع.

limit-horizon = كلفة يوم: القيمة الحالية لمكاسب التجارة الضائعة، بخصم { $rate } سنويًا، حتى { $horizon }؛ بأسعار { $year }.
limit-not-valued = غير مقوَّمة: { $names }.
limit-assumed = { $share } من الأسطر وراء هذه الأرقام افتراضات أو تقديرات؛ وكل سطر في السجل يبين ذلك.
limit-model = النموذج يعرض شبكة زمن السلم؛ والقيود المسجلة ليست في أرقام هذه المذكرة.
limit-overdue = الموعد الفائت يُعد اليوم: ما ضاع حتى الآن ليس في كلفة اليوم.

footer = البيانات { $fingerprint } · جذر التدقيق { $root } · milepost { $version } · { $date }
footer-no-root = لا يوجد
page = صفحة { $page } من { $pages }

reason-funding = التمويل
reason-land = الأرض
reason-design = التصميم
reason-contractor = المقاول
reason-procedure = الإجراءات
reason-ratification = التصديق
reason-restriction = قيد
reason-conflict = نزاع
reason-weather = الطقس
reason-dependency = ارتباط بغيره
reason-other = غير ذلك

kind-adoption = اعتماد
kind-signature = توقيع
kind-definitive-signature = توقيع نهائي
kind-ratification = تصديق
kind-acceptance = قبول
kind-approval = موافقة
kind-accession = انضمام
kind-succession = خلافة
kind-notification = إخطار
kind-provisional-application = تطبيق مؤقت
kind-entry-into-force = دخول حيز النفاذ
kind-withdrawal = انسحاب
kind-suspension = تعليق
kind-resumption = استئناف
kind-extension = تمديد
kind-termination = إنهاء
kind-supersession = إحلال
kind-decision = قرار
kind-application = طلب انضمام
kind-observer = صفة مراقب
kind-membership = عضوية

decided-granted = قُبل
decided-refused = رُفض
decided-withdrawn = سُحب
decided-pending = قيد النظر

letter-subject-reminder = { $id } { $title }: الموعد { $date }
letter-subject-last-day = { $id } { $title }: آخر يوم لطلب موعد آخر
letter-subject-escalation = { $id } { $title }: تأخر { $days } يومًا
letter-subject-intake = { $id } { $title }: يرجى الاستكمال
letter-subject-work-plan = { $id } { $title }: خطة العمل
letter-subject-brief = مذكرة { $title }
letter-greeting = إلى { $office } { $party }،
letter-greeting-common = إلى { $office }،
letter-reminder-before = { $title } ({ $id }) موعود في { $date }، بعد { $days } يومًا. معيار القبول: { $test }.
letter-reminder-day = { $title } ({ $id }) موعود اليوم، { $date }. معيار القبول: { $test }.
letter-reminder-after = { $title } ({ $id }) كان موعودًا في { $date }، قبل { $days } يومًا، ولا دليل على إنجازه في السجل. معيار القبول: { $test }.
letter-last-day = { $title } ({ $id }) موعود في { $date }. اليوم آخر يوم لتغييره بطلب نظامي: مع السبب والموعد الجديد.
letter-escalation = { $title } ({ $id })، على { $party }، كان موعودًا في { $date } وتأخر { $days } يومًا بلا دليل ولا طلب مقبول. وفق السلم المتفق عليه يُرفع الأمر إليكم.
letter-intake = لا يمكن متابعة { $title } ({ $id }) كما هو. الناقص: { $missing }. يرجى استكماله قبل { $date }؛ وحتى ذلك الحين يُعد غير قابل للتحقق.
letter-work-plan = لا مراحل مسجلة لـ { $title } ({ $id }). يرجى تقديم خطة عمل بمواعيدها ومتعهديها قبل { $date }.
letter-brief = مذكرة { $title } في { $date } جاهزة: milepost brief.
letter-cost = يوم تأخير آخر يكلف { $cost } ألف دولار، يتحملها أساسًا { $countries }.
letter-closing = أُرسلت من سجل { $programme }، البيانات { $fingerprint }.
office-focal-point = جهة الاتصال
office-approver = جهة الموافقة
office-secretariat = الأمانة
office-council = المجلس
office-verifier = جهة التحقق
test-none = غير مسجل

event-due = الموعد: { $id } { $title }
event-delivered = أُنجز: { $id } { $title }
event-stopped = متوقف: { $id } { $title }
event-last-day = آخر يوم لطلب موعد آخر: { $id } { $title }
event-meeting = { $title }
event-owed = المتعهد: { $party }. الحالة: { $state }. وُعد به { $count } مرات.
event-calendar = { $programme }: { $whose }
