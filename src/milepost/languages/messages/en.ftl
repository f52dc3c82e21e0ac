# The words of milepost in English. Terms are those of the register (docs/notation.md).

delivery-no-evidence = no evidence
delivery-not-started = not started
delivery-started = started
delivery-substantial = substantial
delivery-delivered = delivered (claimed)
delivery-verified = delivered (verified)
delivery-in-effect = in effect (measured)
delivery-stopped = stopped

timing-no-date = no date
timing-on-time = on time
timing-at-risk = at risk
timing-late = late
timing-done-on-time = done on time
timing-done-late = done late
timing-stopped = stopped

flag-disputed = disputed
flag-stale = no recent report
flag-not-verifiable = not verifiable
flag-secondary-source-only = secondary source only
flag-moved-without-request = moved without request

missing-owner = owner
missing-date = date
missing-acceptance-test = acceptance test
missing-locator = source

legal-draft = draft
legal-adopted = adopted
legal-signed = signed
legal-provisionally-applied = provisionally applied
legal-in-force = in force
legal-suspended = suspended
legal-withdrawn = withdrawn
legal-terminated = terminated
legal-superseded = superseded
legal-not-evidenced = not evidenced

share-verified = verified by others
share-claimed = claimed by their owner
share-moving = moving
share-no-evidence = no evidence of movement

column-id = id
column-commitment = commitment
column-owner = owed by
column-promised-then = promised then
column-promised-now = promised now
column-state = state
column-timing = timing
column-slip = slip, days
column-date = date
column-what = what
column-about = about
column-source = source
column-due = due
column-days-late = days late
column-cost-all = cost of a day, all, thousand USD
column-cost-own = of it for { $party }
column-bears-most = borne above all by
column-first = must come first
column-waits = waits for it
column-agreement = agreement
column-legal = legal state
column-in-force = in force

brief-title = Brief: { $meeting }
brief-party = For { $party }
brief-all = For all parties
brief-head = { $body }, { $date }
brief-date-open = date not set
brief-known = As known on { $date }; what was reported later is left out.
brief-since = Compared with the meeting of { $date }.
brief-since-year = No earlier meeting is on record; compared with { $date }.
brief-until = Next meeting: { $date }.
brief-until-year = No later meeting is on record; looking ahead to { $date }.
brief-sources = Statuses follow from evidence by rules, version { $version }; nothing is typed in as done. Source of each line: the register, rows named by their id.

section-summary = In short
section-promised = Promised, and where it stands
section-changed = Changed since the last meeting
section-expiring = Due before the next meeting
section-blocks = Who waits for whom
section-cost = Open, by the expected cost of a day's delay
section-force = Agreements and their force
section-decisions = Draft decisions
section-conflicts = Where sources contradict one another
section-limits = What these numbers rest on

summary-shares = Of { $total } commitments: { $verified } verified by others, { $claimed } claimed by their owner, { $moving } moving, { $none } without evidence of movement; { $stopped } stopped.
summary-late = { $count ->
    [0] No open commitment is past its latest promised date.
    [one] One open commitment is past its latest promised date.
   *[other] { $count } open commitments are past their latest promised date.
}
summary-cost = One more day of delay of all that is open, dated and valued costs { $cost } thousand USD, present value.
summary-dearest = Dearest day: { $title } ({ $id }), { $cost } thousand USD, borne above all by { $countries }.
summary-own = { $party } owes { $count } of the open commitments and bears { $cost } thousand USD of that day.
summary-nothing-valued = No open commitment is both dated and valued, so no cost of delay can be given.

changed-date = promised for { $new } instead of { $old }
changed-first-date = first promised for { $new }
changed-report = reported: { $text }
changed-request-asked = { $party } asked for { $new } ({ $reason })
changed-request-decided = request { $decision } by { $by }
changed-instrument = { $kind } by { $party }
changed-nothing = Nothing is on record since then.
expiring-commitment = promised for { $date }
expiring-agreement = agreement expires
expiring-restriction = restriction ends
expiring-last-day = last day for an orderly request to move the date
expiring-nothing = Nothing falls due before the next meeting.
blocks-nothing = No open commitment waits for another by the register.
promised-nothing = No commitment with a promised date.
cost-nothing = No open commitment is valued.
conflicts-nothing = No contradiction is on record.

decision-late = { $id } { $title }: { $party } to report delivery with its evidence, or to hand in a request for a new date with the reason, by { $date }.
decision-at-risk = { $id } { $title }: { $party } to report what keeps it from being done by { $due }, by { $date }.
decision-no-date = { $id } { $title }: { $party } to name a date, by { $date }.
decision-missing = { $id } { $title }: { $party } to complete what is missing ({ $missing }), by { $date }.
decision-disputed = { $id } { $title }: the parties to send a joint observer to settle the reports that contradict one another.
decision-verify = { $id } { $title }: claimed as delivered; a body outside { $party } to verify it against its acceptance test.
decision-request = { $id }: to decide the request of { $party } for { $new } ({ $reason }).
decision-plan = { $id } { $title }: { $party } to hand in a work plan with milestones, by { $date }.
decision-blocker = { $id } { $title }: waiting for it: { $waits }; { $party } to give it precedence.
decision-ratify = { $id } { $title }: the parties to place the acts that bind them, and their dates, on record with the depositary.
decision-nothing = No decision is due by the rules.
decision-draft = Drafted by rules from the register; the meeting decides.

limit-horizon = Cost of a day: present value of the trade gains lost, discounted at { $rate } a year, counted to { $horizon }; MUSD at prices of { $year }.
limit-not-valued = Not valued: { $names }.
limit-assumed = { $share } of the rows behind these numbers are assumptions or estimates; each row of the register says which.
limit-model = The model shows the peacetime network; restrictions on record are not in the numbers of this brief.
limit-overdue = A date that has passed counts as today: what is lost already is not in the cost of a day.

footer = Data { $fingerprint } · audit root { $root } · milepost { $version } · { $date }
footer-no-root = none
page = page { $page } of { $pages }

reason-funding = funding
reason-land = land
reason-design = design
reason-contractor = contractor
reason-procedure = procedure
reason-ratification = ratification
reason-restriction = restriction
reason-conflict = conflict
reason-weather = weather
reason-dependency = dependency
reason-other = other

kind-adoption = adoption
kind-signature = signature
kind-definitive-signature = definitive signature
kind-ratification = ratification
kind-acceptance = acceptance
kind-approval = approval
kind-accession = accession
kind-succession = succession
kind-notification = notification
kind-provisional-application = provisional application
kind-entry-into-force = entry into force
kind-withdrawal = withdrawal
kind-suspension = suspension
kind-resumption = resumption
kind-extension = extension
kind-termination = termination
kind-supersession = supersession
kind-decision = decision
kind-application = application
kind-observer = observer status
kind-membership = membership

decided-granted = granted
decided-refused = refused
decided-withdrawn = withdrawn
decided-pending = pending

letter-subject-reminder = { $id } { $title }: due { $date }
letter-subject-last-day = { $id } { $title }: last day to ask for another date
letter-subject-escalation = { $id } { $title }: { $days } days late
letter-subject-intake = { $id } { $title }: please complete
letter-subject-work-plan = { $id } { $title }: work plan
letter-subject-brief = Brief for { $title }
letter-greeting = To the { $office } of { $party },
letter-greeting-common = To the { $office },
letter-reminder-before = { $title } ({ $id }) is promised for { $date }, in { $days } days. Its acceptance test: { $test }.
letter-reminder-day = { $title } ({ $id }) is promised for today, { $date }. Its acceptance test: { $test }.
letter-reminder-after = { $title } ({ $id }) was promised for { $date }, { $days } days ago, and no evidence of delivery is on record. Its acceptance test: { $test }.
letter-last-day = { $title } ({ $id }) is promised for { $date }. Today is the last day on which an orderly request can move it: with the reason and the new date.
letter-escalation = { $title } ({ $id }), owed by { $party }, was promised for { $date } and is { $days } days late without evidence or a granted request. By the agreed ladder the matter comes to you.
letter-intake = { $title } ({ $id }) cannot be followed up as it stands. Missing: { $missing }. Please complete it by { $date }; until then it counts as not verifiable.
letter-work-plan = No milestones are on record for { $title } ({ $id }). Please hand in a work plan with dates and owners by { $date }.
letter-brief = The brief for { $title } on { $date } is ready: milepost brief.
letter-cost = One more day of its delay costs { $cost } thousand USD, borne above all by { $countries }.
letter-closing = Sent by the register of { $programme }, data { $fingerprint }.
office-focal-point = focal point
office-approver = approving office
office-secretariat = secretariat
office-council = council
office-verifier = verifying office
test-none = none is on record

event-due = Due: { $id } { $title }
event-delivered = Delivered: { $id } { $title }
event-stopped = Stopped: { $id } { $title }
event-last-day = Last day to ask for another date: { $id } { $title }
event-meeting = { $title }
event-owed = Owed by { $party }. State: { $state }. Promised { $count } times.
event-calendar = { $programme }: { $whose }
