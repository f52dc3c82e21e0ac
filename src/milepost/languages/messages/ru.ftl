# Слова milepost по-русски.

delivery-no-evidence = нет свидетельств
delivery-not-started = не начато
delivery-started = начато
delivery-substantial = выполнено в значительной части
delivery-delivered = выполнено (заявлено)
delivery-verified = выполнено (подтверждено)
delivery-in-effect = действует (измерено)
delivery-stopped = прекращено

timing-no-date = нет срока
timing-on-time = в срок
timing-at-risk = срок под угрозой
timing-late = просрочено
timing-done-on-time = выполнено в срок
timing-done-late = выполнено с опозданием
timing-stopped = прекращено

flag-disputed = оспаривается
flag-stale = давно нет сообщений
flag-not-verifiable = нельзя проверить
flag-secondary-source-only = только вторичный источник
flag-moved-without-request = перенесено без запроса

missing-owner = ответственный
missing-date = срок
missing-acceptance-test = критерий приёмки
missing-locator = источник

legal-draft = проект
legal-adopted = принято
legal-signed = подписано
legal-provisionally-applied = применяется временно
legal-in-force = в силе
legal-suspended = приостановлено
legal-withdrawn = выход
legal-terminated = прекращено
legal-superseded = заменено
legal-not-evidenced = не подтверждено

share-verified = подтверждено другими
share-claimed = заявлено исполнителем
share-moving = в работе
share-no-evidence = нет свидетельств движения

column-id = №
column-commitment = обязательство
column-owner = исполнитель
column-promised-then = было обещано
column-promised-now = обещано теперь
column-state = состояние
column-timing = срок
column-slip = сдвиг, дней
column-date = дата
column-what = что
column-about = о чём
column-source = источник
column-due = срок
column-days-late = дней просрочки
column-cost-all = цена дня, всего, тыс. долл. США
column-cost-own = из них { $party }
column-bears-most = несут прежде всего
column-first = должно быть сначала
column-waits = ждёт этого
column-agreement = соглашение
column-legal = правовое состояние
column-in-force = в силе с

brief-title = Справка: { $meeting }
brief-party = Для стороны: { $party }
brief-all = Для всех сторон
brief-head = { $body }, { $date }
brief-date-open = дата не назначена
brief-known = По сведениям на { $date }; сообщённое позже не учтено.
brief-since = Сравнение с заседанием { $date }.
brief-since-year = Прежних заседаний в реестре нет; сравнение с { $date }.
brief-until = Следующее заседание: { $date }.
brief-until-year = Следующего заседания в реестре нет; обзор до { $date }.
brief-sources = Состояния выведены из свидетельств по правилам, версия { $version }; «выполнено» нигде не вписано вручную. Источник каждой строки — реестр, строки названы по номеру.

section-summary = Коротко
section-promised = Что обещано и что сделано
section-changed = Что изменилось с прошлого заседания
section-expiring = Что истекает до следующего заседания
section-blocks = Кто кого ждёт
section-cost = Открытые обязательства по цене дня задержки
section-force = Соглашения и их сила
section-decisions = Проекты решений
section-conflicts = Где источники противоречат друг другу
section-limits = На чём стоят эти числа

summary-shares = Из { $total } обязательств: { $verified } подтверждено другими, { $claimed } заявлено исполнителем, { $moving } в работе, { $none } без свидетельств движения; { $stopped } прекращено.
summary-late = { $count ->
    [0] Ни одно открытое обязательство не просрочено.
    [one] { $count } открытое обязательство просрочено.
    [few] { $count } открытых обязательства просрочены.
   *[other] { $count } открытых обязательств просрочено.
}
summary-cost = Ещё один день задержки всего, что открыто, имеет срок и оценено, стоит { $cost } тыс. долл. США (приведённая стоимость).
summary-dearest = Самый дорогой день: { $title } ({ $id }), { $cost } тыс. долл. США; несут прежде всего { $countries }.
summary-own = { $party }: обязательств в работе — { $count }; доля в цене этого дня — { $cost } тыс. долл. США.
summary-nothing-valued = Ни одно открытое обязательство не имеет и срока, и оценки, поэтому цену задержки назвать нельзя.

changed-date = обещано к { $new } вместо { $old }
changed-first-date = впервые обещано к { $new }
changed-report = сообщение: { $text }
changed-request-asked = { $party }: запрос о переносе на { $new } ({ $reason })
changed-request-decided = запрос: { $decision }, решение: { $by }
changed-instrument = { $kind }: { $party }
changed-nothing = С тех пор в реестре ничего нет.
expiring-commitment = обещано к { $date }
expiring-agreement = истекает срок соглашения
expiring-restriction = кончается ограничение
expiring-last-day = последний день для запроса о переносе по правилам
expiring-nothing = До следующего заседания ничего не истекает.
blocks-nothing = По реестру ни одно открытое обязательство не ждёт другого.
promised-nothing = Нет обязательств с обещанным сроком.
cost-nothing = Ни одно открытое обязательство не оценено.
conflicts-nothing = Противоречий в реестре нет.

decision-late = { $id } { $title }: { $party } — сообщить о выполнении со свидетельствами либо подать запрос о новом сроке с указанием причины до { $date }.
decision-at-risk = { $id } { $title }: { $party } — сообщить до { $date }, что мешает выполнить к { $due }.
decision-no-date = { $id } { $title }: { $party } — назвать срок до { $date }.
decision-missing = { $id } { $title }: { $party } — дополнить недостающее ({ $missing }) до { $date }.
decision-disputed = { $id } { $title }: сторонам — направить совместного наблюдателя, чтобы разрешить противоречие сообщений.
decision-verify = { $id } { $title }: заявлено как выполненное; проверить по критерию приёмки должен орган вне стороны ({ $party }).
decision-request = { $id }: решить по запросу стороны ({ $party }) о переносе на { $new } ({ $reason }).
decision-plan = { $id } { $title }: { $party } — представить план работ с этапами до { $date }.
decision-blocker = { $id } { $title }: этого ждут { $waits }; { $party } — исполнить в первую очередь.
decision-ratify = { $id } { $title }: сторонам — передать депозитарию сведения об актах, которыми они связаны, с датами.
decision-nothing = По правилам решений не требуется.
decision-draft = Составлено по правилам из реестра; решает заседание.

limit-horizon = Цена дня: приведённая стоимость упущенного выигрыша от торговли, ставка { $rate } в год, счёт до { $horizon }; цены { $year } года.
limit-not-valued = Не оценены: { $names }.
limit-assumed = { $share } строк за этими числами — допущения или оценки; в каждой строке реестра сказано, какие.
limit-model = Модель показывает сеть мирного времени; записанные ограничения в числа этой справки не входят.
limit-overdue = Истёкший срок считается сегодняшним: уже потерянное в цену дня не входит.

footer = Данные { $fingerprint } · корень аудита { $root } · milepost { $version } · { $date }
footer-no-root = нет
page = стр. { $page } из { $pages }

reason-funding = финансирование
reason-land = земля
reason-design = проектирование
reason-contractor = подрядчик
reason-procedure = процедура
reason-ratification = ратификация
reason-restriction = ограничение
reason-conflict = конфликт
reason-weather = погода
reason-dependency = зависимость
reason-other = иное

kind-adoption = принятие
kind-signature = подписание
kind-definitive-signature = окончательное подписание
kind-ratification = ратификация
kind-acceptance = принятие
kind-approval = утверждение
kind-accession = присоединение
kind-succession = правопреемство
kind-notification = уведомление
kind-provisional-application = временное применение
kind-entry-into-force = вступление в силу
kind-withdrawal = выход
kind-suspension = приостановление
kind-resumption = возобновление
kind-extension = продление
kind-termination = прекращение
kind-supersession = замена
kind-decision = решение
kind-application = заявка
kind-observer = статус наблюдателя
kind-membership = членство

decided-granted = удовлетворён
decided-refused = отклонён
decided-withdrawn = отозван
decided-pending = рассматривается

letter-subject-reminder = { $id } { $title }: срок { $date }
letter-subject-last-day = { $id } { $title }: последний день для запроса о переносе
letter-subject-escalation = { $id } { $title }: просрочено на { $days } дн.
letter-subject-intake = { $id } { $title }: просим дополнить
letter-subject-work-plan = { $id } { $title }: план работ
letter-subject-brief = Справка: { $title }
letter-greeting = { $office }, { $party }
letter-greeting-common = { $office }
letter-reminder-before = { $title } ({ $id }) обещано к { $date }, через { $days } дн. Критерий приёмки: { $test }.
letter-reminder-day = { $title } ({ $id }) обещано на сегодня, { $date }. Критерий приёмки: { $test }.
letter-reminder-after = { $title } ({ $id }) было обещано к { $date }, { $days } дн. назад; свидетельств выполнения в реестре нет. Критерий приёмки: { $test }.
letter-last-day = { $title } ({ $id }) обещано к { $date }. Сегодня последний день, когда срок можно перенести запросом по правилам: с причиной и новой датой.
letter-escalation = { $title } ({ $id }), исполнитель { $party }, было обещано к { $date } и просрочено на { $days } дн. без свидетельств и без удовлетворённого запроса. По согласованному порядку вопрос передаётся вам.
letter-intake = { $title } ({ $id }) нельзя отслеживать в нынешнем виде. Не хватает: { $missing }. Просим дополнить до { $date }; до тех пор обязательство считается непроверяемым.
letter-work-plan = Для обязательства { $title } ({ $id }) нет этапов. Просим представить план работ со сроками и исполнителями до { $date }.
letter-brief = Справка к заседанию { $title } { $date } готова: milepost brief.
letter-cost = Ещё один день задержки стоит { $cost } тыс. долл. США; несут прежде всего { $countries }.
letter-closing = Отправлено реестром программы { $programme }, данные { $fingerprint }.
office-focal-point = координатор
office-approver = утверждающий орган
office-secretariat = секретариат
office-council = совет
office-verifier = проверяющий орган
test-none = не записан

event-due = Срок: { $id } { $title }
event-delivered = Выполнено: { $id } { $title }
event-stopped = Прекращено: { $id } { $title }
event-last-day = Последний день для запроса о переносе: { $id } { $title }
event-meeting = { $title }
event-owed = Исполнитель: { $party }. Состояние: { $state }. Обещано раз: { $count }.
event-calendar = { $programme }: { $whose }
