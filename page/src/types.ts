/** Shapes of what the API asks and answers. Written by 'make page-types' from its document. */
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A treaty, contract, roadmap or declaration from which commitments follow. */
        AgreementRow: {
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description the rule in the words of the source */
            entry_into_force_rule?: string;
            /** @description last day as first agreed; extensions are rows of instruments */
            expires?: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description entry into force as the source states it */
            in_force?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description the parties as the source lists them */
            parties_text?: string;
            /** @description day, month or year of signature */
            signed?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description title in English */
            title: string;
        };
        /** @description One commitment, and how its net present value moves. */
        Appraisal: {
            /** @description Share of the capital that no source states. */
            assumed_share_of_capital: number;
            /** @description Present value of gains over that of costs; null: nothing is spent. */
            bcr: number | null;
            /** @description Present value of gains and of what is left, MUSD. */
            benefit_pv: number;
            /** @description The best year to deliver it. */
            best_opening: components["schemas"]["BestOpening"];
            /** @description Present value of costs, MUSD. */
            cost_pv: number;
            /**
             * @description Whether a source promises the day; else it is the day by which it could be built.
             */
            dated: boolean;
            /** @description One more day of delay. */
            day_of_delay: components["schemas"]["DayOfDelay"];
            /** @description Day of delivery; null: several. */
            delivered: string | null;
            /** @description Economic rates of return. */
            eirr: components["schemas"]["RateOfReturn"];
            /** @description Money alone: users' gains are none. */
            financial: components["schemas"]["Financial"];
            /** @description Who finds the money. */
            financing: components["schemas"]["LoanOf"][];
            /** @description First year that is served whole; null: after the horizon. */
            first_year: number | null;
            /** @description Net gain of that year over the capital until then; null: there is none. */
            first_year_return: number | null;
            /** @description Net present value, MUSD. */
            npv: number;
            /** @description Net present value as if that were still to choose, MUSD. */
            npv_with_sunk: number;
            /** @description Years until costs are gained back, discounted; null: never. */
            payback_years: number | null;
            /** @description How sure it is; null: nothing was drawn. */
            risk: components["schemas"]["RiskOf"] | null;
            /** @description By year. */
            streams: components["schemas"]["YearlyStreams"];
            /** @description What was spent before the first year, MUSD; in no other figure but the next. */
            sunk: number;
            /** @description What makes it just worth its cost. */
            switching: components["schemas"]["SwitchingValues"];
            /** @description Title of the commitment, or how many there are. */
            title: string;
            /** @description What moves it, widest first. */
            tornado: components["schemas"]["BarOfTornado"][];
            /** @description country -> V at trade of the base year, MUSD a year */
            value_per_year: {
                [key: string]: number;
            };
            /** @description Country or payer -> what it gains and pays. */
            who: {
                [key: string]: components["schemas"]["PurseOf"];
            };
        };
        /** @description What is spent and what is gained by year, and what follows from it. */
        AppraisalOfAll: {
            /** @description Share of the capital that no source states. */
            assumed_share_of_capital: number;
            /** @description Present value of gains over that of costs; null: nothing is spent. */
            bcr: number | null;
            /** @description Present value of gains and of what is left, MUSD. */
            benefit_pv: number;
            /** @description Present value of costs, MUSD. */
            cost_pv: number;
            /**
             * @description Whether a source promises the day; else it is the day by which it could be built.
             */
            dated: boolean;
            /** @description Day of delivery; null: several. */
            delivered: string | null;
            /** @description Economic rates of return. */
            eirr: components["schemas"]["RateOfReturn"];
            /** @description Money alone: users' gains are none. */
            financial: components["schemas"]["Financial"];
            /** @description Who finds the money. */
            financing: components["schemas"]["LoanOf"][];
            /** @description First year that is served whole; null: after the horizon. */
            first_year: number | null;
            /** @description Net gain of that year over the capital until then; null: there is none. */
            first_year_return: number | null;
            /** @description Net present value, MUSD. */
            npv: number;
            /** @description Net present value as if that were still to choose, MUSD. */
            npv_with_sunk: number;
            /** @description Years until costs are gained back, discounted; null: never. */
            payback_years: number | null;
            /** @description By year. */
            streams: components["schemas"]["YearlyStreams"];
            /** @description What was spent before the first year, MUSD; in no other figure but the next. */
            sunk: number;
            /** @description Title of the commitment, or how many there are. */
            title: string;
            /** @description country -> V at trade of the base year, MUSD a year */
            value_per_year: {
                [key: string]: number;
            };
            /** @description Country or payer -> what it gains and pays. */
            who: {
                [key: string]: components["schemas"]["PurseOf"];
            };
        };
        /** @description What commitments cost beside what they are worth. */
        Appraisals: {
            /** @description All of them; null: one was asked for, or nobody states a cost. */
            all_together: components["schemas"]["AppraisalOfAll"] | null;
            /** @description How V is counted: last, alone, shapley or timetable. */
            basis: string;
            /** @description By commitment. */
            commitments: {
                [key: string]: components["schemas"]["Appraisal"];
            };
            /** @description Prices of the economy over market prices. */
            conversion_factor: number;
            /** @description Share a year, compounded once a year. */
            discount_rate_per_year: number;
            /** @description Whether growth and ramp-up are left out. */
            flat: boolean;
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description Why something is not in it. */
            not_appraised: {
                [key: string]: string;
            };
            /**
             * Format: date
             * @description Day of the appraisal.
             */
            on: string;
            /**
             * @description What each takes off the expected loss by what may happen, MUSD a year; null: not
             * asked for.
             */
            resilience_musd_per_year: {
                [key: string]: number;
            } | null;
            /** @description MUSD, and of which year prices are. */
            unit: string;
            /** @description Years of the streams. */
            years: number[];
        };
        /**
         * @description A request under ``id``: is it in time by the policy, by how many days, and who decides
         * it?
         */
        Asked: {
            days_before: number;
            decided_by: string;
            entry: number | null;
            hash: string | null;
            id: string;
            in_time: boolean;
            item: string;
            new_date: string;
            ordinal: number;
            remarks: string[];
        };
        /**
         * @description Percentiles over the draws, beside the value that the parameters as they stand give.
         */
        Band: {
            /** @description Value without draws. */
            central: number;
            /** @description 5th percentile. */
            p5: number;
            /** @description Median. */
            p50: number;
            /** @description 95th percentile. */
            p95: number;
        };
        /** @description One input moved from one end to the other. */
        BarOfTornado: {
            /** @description The same at the other. */
            high: number;
            /** @description To what. */
            high_label: string;
            /** @description Net present value at the one end, MUSD. */
            low: number;
            /** @description From what. */
            low_label: string;
            /** @description What is moved. */
            what: string;
        };
        /** @description The year of delivery with the largest net present value. */
        BestOpening: {
            /** @description Net present value then, MUSD; below zero: it is never worth it. */
            npv: number;
            /** @description The year. */
            year: number;
        };
        Body_accept_api_v1_intake_drafts_post: {
            file: string;
            wanted: string;
        };
        Body_bring_workbook_api_v1_workbook_post: {
            file: string;
        };
        Body_keep_api_v1_documents_post: {
            file: string;
        };
        Body_read_api_v1_intake_post: {
            file: string;
        };
        /** @description V of every set of dated commitments that the timetable may pass through. */
        Book: {
            /** @description Dated commitments; the k-th is the bit 2^k of a set. */
            commitments: string[];
            /** @description Does it hold every set? If not, it is exact for one more moved date. */
            complete: boolean;
            /** @description The same as a continuous rate, by which values are discounted. */
            continuous_rate_per_year: number;
            /** @description Countries, in the order of a row. */
            countries: string[];
            /** @description Date of each commitment. */
            dates: {
                [key: string]: string;
            };
            /** @description Days of a year in the discounting. */
            days_per_year: number;
            /** @description Annual rate, a share, as appraisals state it. */
            discount_rate_per_year: number;
            /** @description Of which values are whole multiples, MUSD. */
            grain_musd: number;
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description Sets of an incomplete book, hexadecimal; empty: all sets from 0. */
            masks: string[];
            /**
             * Format: date
             * @description Day to which present values are discounted.
             */
            on: string;
            /** @description How V grows with trade; null where nothing says that it does. */
            pace: components["schemas"]["Pace"] | null;
            /** @description Row of each set, from 0. */
            row_of: number[];
            /**
             * @description V by row and country in grains, a row where a set first names it. In base64: of
             * each number twice it,
             *     or twice its size less one where it is below zero, as eight bytes, first the lowest byte of
             * each, then the
             *     second, and so on. Of a complete book from the third row on, of a set with commitments i <
             * j at its end,
             *     what V(without i) + V(without j) - V(without both) leaves.
             */
            rows: string;
            /** @description What each costs by its date, where that is stated. */
            spending: {
                [key: string]: components["schemas"]["SpendingByDate"];
            };
            /** @description MUSD/year. */
            unit: string;
        };
        /** @description What a copy changes, as :class:`milepost.acts.bring.Brought` answers it. */
        Brought: {
            added: number;
            applied: boolean;
            changed: number;
            differences: components["schemas"]["DifferentRow"][];
            entry: number | null;
            hash: string | null;
            passed_over: number;
            rejected: number;
            removed: number;
        };
        /**
         * @description V of everything where flows are read from one source, all countries together, MUSD a
         * year.
         */
        BySource: {
            /** @description How many draws fell to it. */
            draws: number;
            /** @description 5th percentile of these; null: no draw fell to it. */
            p5: number | null;
            /** @description Median of these. */
            p50: number | null;
            /** @description 95th percentile of these. */
            p95: number | null;
            /** @description recorded, reported or gravity. */
            source: string;
            /** @description How often it is drawn; the weights add up to 1. */
            weight: number;
        };
        /** @description Forecasts of about one probability. */
        CalibrationBin: {
            /** @description How many were judged. */
            count: number;
            /** @description Mean probability. */
            forecast: number | null;
            /** @description to this one. */
            high: number;
            /** @description From this probability, */
            low: number;
            /** @description Share that came true. */
            observed: number | null;
        };
        /** @description Whom to call about one commitment or milestone. */
        Call: {
            /** @description Its id. */
            commitment: string;
            /**
             * @description Benefit that a day's delay loses all countries together, MUSD present value; null:
             * not valued.
             */
            cost_of_a_day_musd: number | null;
            /** @description Days by which its date is passed. */
            days_late: number;
            /** @description Countries that lose most by a day -> MUSD. */
            dearest_for: {
                [key: string]: number;
            };
            /** @description How far it is. */
            delivery: string;
            /** @description When it is due; null: no date is promised. */
            due: string | null;
            /** @description Office that it is with now; null: none. */
            escalated_to: string | null;
            /**
             * @description How firmly it is promised: legal duty, agreed, vowed, must strive, considered;
             * null: not stated.
             */
            firmness: string | null;
            /** @description What a reader must know besides. */
            flags: string[];
            /** @description Ids of what waits for it. */
            holds_up: string[];
            /** @description Id of the milestone; null: the commitment itself. */
            milestone: string | null;
            /** @description What is not on record. */
            missing: string[];
            /**
             * @description Benefit lost less what is saved, MUSD, by which calls are ranked; null: not
             * valued.
             */
            net_of_a_day_musd: number | null;
            /** @description Parties that owe it. */
            owed_by: string[];
            /**
             * @description The part of it that is taxes and margins not received, MUSD; null: no dollar
             * changes hands.
             */
            received_of_a_day_musd: number | null;
            /** @description What spending later saves, MUSD; null: nobody states what it costs. */
            saved_of_a_day_musd: number | null;
            /** @description Whether it is on time. */
            timing: string;
            /** @description Its title. */
            title: string;
            /** @description Ids of what must come before it. */
            waits_for: string[];
            /** @description Why it has no cost; null where it has one. */
            why_not_valued: string | null;
        };
        /**
         * @description One row: ``cells`` null removes it; ``seen`` is the digest of the row as it was read,
         * null for a new
         *     one.
         */
        CellEdit: {
            cells?: {
                [key: string]: string;
            } | null;
            id: string;
            seen?: string | null;
            table: string;
        };
        /** @description How likely a restriction is in a year, and how many days it would hold. */
        Chance: {
            length_days: number;
            probability_per_year: number;
        };
        /** @description What an entry of the chain did to one row. */
        Change: {
            /** @description Cells after; null: the row was removed. */
            after: {
                [key: string]: string;
            } | null;
            /** @description Cells before; null: there was no such row. */
            before: {
                [key: string]: string;
            } | null;
            /** @description Key of the row. */
            id: string;
            /** @description Table. */
            table: string;
            /** @description Added, changed or removed. */
            what: string;
        };
        /** @description A row that an act wrote: added, changed or removed. */
        Changed: {
            id: string;
            table: string;
            /** @enum {string} */
            what: "added" | "changed" | "removed";
        };
        /** @description Why rows would not be written. */
        Checked: {
            /** @description The sentence; empty: they would be written. */
            error: string;
            /** @description What is wrong with which cell. */
            findings: components["schemas"]["FindingOf"][];
        };
        /** @description One collection of features. */
        Collection: {
            /** @description Coordinate reference systems. */
            crs: string[];
            /** @description The same, in a sentence. */
            description: string;
            /** @description Where they lie; left out where there are none. */
            extent?: components["schemas"]["Extent"];
            /** @description Its name. */
            id: string;
            /** @description Feature. */
            itemType: string;
            /** @description Where its features are. */
            links: components["schemas"]["WebLink"][];
            /** @description What it holds. */
            title: string;
        };
        /** @description All collections. */
        Collections: {
            /** @description All collections. */
            collections: components["schemas"]["Collection"][];
            /** @description Where this document is. */
            links: components["schemas"]["WebLink"][];
        };
        /**
         * @description A remark on a commitment, by whom and for whom. It proves nothing and moves nothing.
         */
        CommentRow: {
            /** @description comment that this one answers */
            answers?: string;
            /** @description who wrote it: a person or an office */
            author: string;
            /** @description commitment it is about */
            commitment: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description party that the author speaks for; empty: the secretariat */
            party?: string;
            /** @description parties that may read it, separated by ; (empty: all); the author's always may */
            readers: string[];
            /** @description the remark */
            text: string;
            /** @description day it was written */
            written_on: string;
        };
        /** @description One thing promised. Whether it is done is never typed here: evidence proves it. */
        Commitment: {
            /** @description what must be seen before it counts as delivered */
            acceptance_test?: string;
            /** @description agreement it follows from */
            agreement: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description parties that it is owed to, separated by ; */
            beneficiaries: string[];
            /** @description Is nothing left to follow up: delivered, or stopped? */
            closed: boolean;
            /** @description basis of the cost */
            cost_basis?: string;
            /** @description how the cost was stated or converted */
            cost_note?: string;
            /** @description cost of the works, million USD */
            cost_usd_m?: string;
            /** @description What meetings decided about it, in the order of the table. */
            decisions: components["schemas"]["DecisionRow"][];
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /**
             * @description Day on which it is due as the register stands (the day of the register where
             * overdue); null: it is
             *     closed or has no date.
             */
            due: string | null;
            /** @description What it changes in the network. */
            effects: components["schemas"]["EffectRow"][];
            /** @description Reports about it. */
            evidence: components["schemas"]["EvidenceRow"][];
            /** @description fields it is about, such as transport, energy, science, separated by ; */
            fields: string[];
            /** @description how firmly it is promised, by the words of the source */
            firmness?: string;
            /** @description Ids of what waits for it. */
            holds_up: string[];
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /**
             * @description what sort of thing is promised: build-link, upgrade, border, port-capacity,
             * tariff, service, sign, ratify, body, meet, report, study, finance, pay, exchange-data ... or
             * another
             */
            kind: string;
            /** @description Its milestones. */
            milestones: components["schemas"]["Milestone"][];
            /** @description links (L:) and nodes (N:) it is about, for readers */
            network_ref: string[];
            /** @description what a reader must know about this row */
            note?: string;
            /** @description Days by which its date is passed. */
            overdue_days: number;
            /** @description Ids of the parties that owe it. */
            owed_by: string[];
            /** @description Its dates, in the order of the table; those of its milestones stand elsewhere. */
            promises: components["schemas"]["DateChangeRow"][];
            /** @description Requests to move its date. */
            requests: components["schemas"]["DateRequestRow"][];
            /** @description address or citation of the source */
            source?: string;
            /** @description Its state on the day of the register. */
            status: components["schemas"]["Status"];
            /** @description status in the words of the source; not used by any rule */
            status_reported?: string;
            /** @description date of that report */
            status_reported_on?: string;
            /**
             * @description What it changes on the map: L: with the id of a link, N: with the id of a node.
             */
            targets: string[];
            /** @description what is promised */
            text?: string;
            /** @description short title */
            title: string;
            /** @description How many of its effects the model values. */
            valued_effects: number;
            /** @description Ids of what must come before it. */
            waits_for: string[];
        };
        /** @description One computed table. */
        Computed: {
            /** @description What it answers. */
            answers: string;
            /** @description What it may be asked. */
            takes: string[];
        };
        /** @description The second person's word on whether a report meets the acceptance test. */
        Confirmation: {
            /** @default  */
            reason: string;
            verdict: string;
        };
        /** @description The conformance classes that the server keeps to. */
        Conformance: {
            /** @description Their addresses. */
            conformsTo: string[];
        };
        /** @description What a person says of one draft instead of the rules. */
        Corrected: {
            /** @example D01 */
            draft: string;
            /** @example owner */
            part: string;
            /** @default  */
            value: string;
        };
        /** @description A country of the model. */
        Country: {
            /** @description Gross domestic product of the base year, million USD. */
            gdp_usd_m: number;
            /** @description ISO 3166-1 alpha-3 code, or ROW for the rest of the world. */
            id: string;
            /** @description ISO 3166-1 alpha-2 code; empty for what is no state. */
            iso2: string;
            /** @description Name in English. */
            name: string;
        };
        /**
         * @description Paths of a country to its partners: those that change most first, weighted by trade.
         */
        CountryPaths: {
            /** @description Its code. */
            country: string;
            /** @description Commitments that are delivered in ``then``. */
            delivered: string[];
            /** @description A row a partner. */
            paths: components["schemas"]["PartnerPath"][];
        };
        /** @description What one country gains and owes. */
        CountryValue: {
            /** @description Gross domestic product of the base year, million USD. */
            gdp_usd_m: number;
            /** @description ISO 3166-1 alpha-3 code, or ROW for the rest of the world. */
            id: string;
            /** @description ISO 3166-1 alpha-2 code; empty for what is no state. */
            iso2: string;
            /** @description Name in English. */
            name: string;
            /** @description Open commitments that it owes. */
            owes: string[];
            /**
             * @description The part of it that is taxes and margins received, MUSD; null: no dollar changes
             * hands.
             */
            received_musd_per_year: number | null;
            /** @description V of everything, MUSD a year; null: the country is not in the model. */
            value_musd_per_year: number | null;
        };
        /** @description How many commitments, or which share of them, stand where. */
        Counts: {
            /** @description Delivered as its owner says. */
            claimed: number;
            /** @description Begun. */
            moving: number;
            /** @description Nothing on record says that anything has begun. */
            "no evidence": number;
            /** @description Delivered, and an independent party confirms it. */
            verified: number;
        };
        /** @description What may happen, and what it is expected to cost. */
        Crisis: {
            /** @description What it costs in an average year, with nothing more delivered. */
            expected_loss: {
                [key: string]: number;
            };
            /** @description The same with everything delivered. */
            expected_loss_delivered: {
                [key: string]: number;
            };
            /** @description How long it would last. */
            length_days: number;
            /** @description What it would cost if it held for a year, with nothing more delivered. */
            loss_of_a_whole_year: {
                [key: string]: number;
            };
            /** @description How likely it is in a year. */
            probability_per_year: number;
            /** @description What is restricted. */
            title: string;
        };
        /**
         * @description One promised date with the day it was announced. The first is the baseline; none is
         * overwritten.
         */
        DateChangeRow: {
            /** @description when the date was announced */
            announced_on?: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description commitment promised */
            commitment: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description milestone promised; empty = the whole commitment */
            milestone?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description date promised; a year or month counts to its last day */
            promised_for?: string;
            /** @description granted request by which the date moved */
            request?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description who said what */
            statement?: string;
        };
        /**
         * @description A request to move a date. Once requests are required, only a granted one moves a date.
         */
        DateRequestRow: {
            /** @description party that asks */
            asked_by: string;
            /** @description day of the request */
            asked_on: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description commitment whose date is to move */
            commitment: string;
            /** @description who decided: a party or a body of contacts */
            decided_by?: string;
            /** @description day of the decision */
            decided_on?: string;
            /** @description what became of it */
            decision?: string;
            /** @description the decision in words */
            decision_text?: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description milestone; empty = the whole commitment */
            milestone?: string;
            /** @description date asked for */
            new_date: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description first, second ... request for this date */
            ordinal: string;
            /** @description reason code of the policy file */
            reason: string;
            /** @description the reason in the words of the party */
            reason_text?: string;
            /** @description address or citation of the source */
            source?: string;
        };
        /** @description What one more day of delay costs, MUSD, present value. */
        DayOfDelay: {
            /** @description Benefit that is lost. */
            benefit_lost: number;
            /** @description The one less the other. */
            net: number;
            /** @description What spending later saves. */
            spending_saved: number;
        };
        /**
         * @description The decision on the request ``id``; ``date_change`` is the row that moves the date,
         * ``new_date`` to
         *     when.
         */
        Decided: {
            date_change: string | null;
            decision: string;
            entry: number | null;
            hash: string | null;
            id: string;
            new_date: string | null;
        };
        /** @description The decision on a request. */
        Decision: {
            grant: boolean;
            /** @default  */
            text: string;
        };
        /** @description One decision of a meeting, in its words, and the commitments that it is about. */
        DecisionRow: {
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description commitments it is about, separated by ; */
            commitments: string[];
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description by when they are to act; no promised date moves by it */
            due?: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description meeting that decided */
            meeting: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description parties that are to act on it, separated by ; */
            owed_by: string[];
            /** @description address or citation of the source */
            source?: string;
            /** @description draft: proposed to the meeting; noted: taken note of; deferred: to a later one */
            stands?: string;
            /** @description what was decided, in the words of the minutes */
            text: string;
        };
        /** @description Cost of a day's delay of each commitment. */
        Delay: {
            /** @description Commitments dated after the horizon. */
            beyond_horizon: string[];
            /**
             * @description Commitment -> country -> benefit lost; ``all`` is the sum over every country of
             * the model.
             */
            commitments: {
                [key: string]: {
                    [key: string]: number;
                };
            };
            /** @description The same as a continuous rate, by which values are discounted. */
            continuous_rate_per_year: number;
            /** @description Date of each commitment. */
            dates: {
                [key: string]: string;
            };
            /** @description Days of delay. */
            days: number;
            /** @description What spending later saves, MUSD, of commitments whose cost is stated. */
            deferred: {
                [key: string]: number;
            };
            /** @description Annual rate, a share, as appraisals state it. */
            discount_rate_per_year: number;
            /** @description What of it is lost again, because what waits becomes dearer. */
            escalation: {
                [key: string]: number;
            };
            /** @description Share of the value of what is dated that rests on flows nobody records. */
            estimated_share: components["schemas"]["Rests"] | null;
            /** @description Whether V grows with trade, by the rows of growth. */
            grows: boolean;
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description Benefit lost by all countries less what is saved, MUSD; the dearest first. */
            net: {
                [key: string]: number;
            };
            /**
             * Format: date
             * @description Day it is seen from.
             */
            on: string;
            /**
             * @description The part of it that is taxes and margins not received; null: no dollar changes
             * hands.
             */
            received: {
                [key: string]: {
                    [key: string]: number;
                };
            } | null;
            /** @description The one less the other. */
            saved: {
                [key: string]: number;
            };
            /** @description Valued commitments without a date. */
            undated: string[];
            /** @description MUSD/day, present value. */
            unit: string;
        };
        /** @description One cell that a copy changes. */
        DifferentCell: {
            column: string;
            from: string;
            to: string;
        };
        /** @description One row that a copy changes; ``why`` is set when it is rejected. */
        DifferentRow: {
            cells: components["schemas"]["DifferentCell"][];
            id: string;
            table: string;
            what: string;
            why: string;
        };
        /** @description One proposed commitment; its quote is the text, character for character. */
        DraftOfText: {
            /** @description What would show that it is done. */
            acceptance_test: string;
            /** @description Was the owner not named in the sentence, but by what stands before it? */
            by_context: boolean;
            /** @description By when, as precise as the text; null: no date. */
            due: string | null;
            /** @description The words of the date. */
            due_words: string;
            /** @description Where it ends. */
            end: number;
            /** @description Fields it is about. */
            fields: string[];
            /**
             * @description How firmly.
             * @enum {string}
             */
            firmness: "legal duty" | "agreed" | "vowed" | "must strive" | "considered";
            /** @description Its name among the drafts. */
            id: string;
            /** @description Kind of commitment; null: not clear. */
            kind: string | null;
            /** @description Language of the sentence. */
            language: string;
            /** @description What is not clear from the text. */
            missing: ("owner" | "date" | "kind")[];
            /** @description Who promises: ids of parties; empty: not clear. */
            owed_by: string[];
            /** @description To whom. */
            owed_to: string[];
            /** @description Where the sentence stands. */
            place: string;
            /** @description The sentence it was read in. */
            quote: string;
            /** @description Draft or commitment that says the same; null: none. */
            same_as: string | null;
            /** @description Where the quote begins in its paragraph, characters. */
            start: number;
            /** @description What is promised, in the text's words. */
            what: string;
            /** @description Where they end. */
            what_end: number;
            /** @description Where these words begin in the paragraph, characters. */
            what_start: number;
            /** @description The words that made it a promise. */
            why: string;
        };
        /** @description The map laid out: everything at its place. */
        Drawing: {
            /** @description What it shows, and where its outlines come from. */
            about: string;
            /** @description Units of the picture. */
            height: number;
            /** @description SVG path of all outlines. */
            land: string;
            /** @description Lines, in the order in which they are drawn. */
            links: components["schemas"]["DrawnLink"][];
            /** @description Numbers of open commitments. */
            marks: components["schemas"]["DrawnMark"][];
            /** @description Dots. */
            nodes: components["schemas"]["DrawnNode"][];
            /** @description Its title. */
            title: string;
            /**
             * @description The other links of a large network, under those that are drawn one by one; most
             * have none.
             */
            together: components["schemas"]["DrawnTogether"][];
            /** @description Units of the picture. */
            width: number;
        };
        /** @description A parameter that is drawn. */
        Drawn: {
            /** @description Mode, cargo class or all. */
            applies_to: string;
            /** @description High end of its band. */
            high: number;
            /** @description Row of params. */
            id: string;
            /** @description Low end of its band. */
            low: number;
            /** @description Rows with the same text here share their draws. */
            moves_with: string;
            /** @description Its name. */
            name: string;
            /** @description triangular, or log-triangular: the same of the logarithm. */
            shape: string;
            /** @description Unit. */
            unit: string;
            /** @description Value on record, the mode of the draws. */
            value: number;
        };
        /** @description A line of the map as it is drawn. */
        DrawnLink: {
            /** @description Its SVG path, in units of the picture. */
            d: string;
            /** @description Id of the link. */
            id: string;
            /** @description Rail, road, sea, ferry or river. */
            mode: string;
            /** @description What it is, takes and costs, in one line. */
            name: string;
            /** @description Commitments that open it when all are delivered. */
            needs: string[];
            /**
             * @description State on the base date.
             * @enum {string}
             */
            state: "open" | "promised" | "delivered" | "closed";
        };
        /** @description The number of a commitment on the map, with a line to what it is about. */
        DrawnMark: {
            /** @description The same of what it is about. */
            at_x: number;
            /** @description The same of what it is about. */
            at_y: number;
            /** @description Id of the commitment. */
            label: string;
            /** @description Its title. */
            title: string;
            /** @description To the right, units of the picture. */
            x: number;
            /** @description Downward, units of the picture. */
            y: number;
        };
        /** @description A dot of the map, with its name where there is room. */
        DrawnNode: {
            /**
             * @description Does the name begin or end there?
             * @enum {string}
             */
            anchor: "start" | "end";
            /** @description Id of the node. */
            id: string;
            /**
             * @description Where its name begins or ends, units of the picture; null: there is no room for
             * it.
             */
            label_x: number | null;
            /** @description Its name. */
            name: string;
            /** @description To the right, units of the picture. */
            x: number;
            /** @description Downward, units of the picture. */
            y: number;
        };
        /** @description Links of a large network that are drawn as one. */
        DrawnTogether: {
            /** @description Their SVG path, in units of the picture, with no more detail than is seen. */
            d: string;
            /** @description How many they are. */
            links: number;
            /** @description Rail, road, sea, ferry or river. */
            mode: string;
            /**
             * @description State on the base date.
             * @enum {string}
             */
            state: "open" | "promised" | "delivered" | "closed";
        };
        /** @description The rows that differ now. */
        Edited: {
            entry: number | null;
            hash: string | null;
            rows: components["schemas"]["Changed"][];
        };
        /** @description Rows written together, or not at all. */
        Edits: {
            edits: components["schemas"]["CellEdit"][];
            reason: string;
        };
        /** @description What delivering a commitment changes in the network or in trade. */
        EffectRow: {
            /** @description value with the commitment */
            after: string;
            /** @description what changes; the model values state, speed, money, hours and headway */
            attribute: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description value without the commitment */
            before?: string;
            /** @description commitment delivered */
            commitment: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /**
             * @description of an effect on money, what becomes less: resource (it costs less to do), tax, or
             * margin (who asks for it receives less); empty = by what is changed
             */
            lowers?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description id of the thing changed, or the line's name */
            target: string;
            /** @description table of the thing changed; 'lines' = every link that carries the line's name */
            target_table: string;
            /** @description takes effect only when these are delivered as well */
            together_with: string[];
            /** @description unit of before and after */
            unit?: string;
            /** @description model, or check: a stated outcome to compare with */
            use?: string;
        };
        /** @description Sessions that were ended. */
        EndedSessions: {
            /** @description How many. */
            ended: number;
        };
        /** @description One entry of the audit chain. */
        EntryOfChain: {
            /** @description Moment. */
            at: string;
            /** @description Who wrote it. */
            by: string;
            /** @description What it changed, fifty rows at most. */
            changes: components["schemas"]["Change"][];
            /** @description Its hash. */
            hash: string;
            /** @description Its number. */
            n: number;
            /** @description Why. */
            reason: string;
        };
        /** @description One dated report about a commitment. Conflicting reports are kept side by side. */
        EvidenceRow: {
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description commitment reported on */
            commitment: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description report that this one contradicts */
            disputes?: string;
            /** @description primary: the body's own document; secondary: it is quoted by another */
            document?: string;
            /** @description when the thing reported happened; empty = date of the report */
            happened_on?: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description days over which an effect was measured */
            measured_days?: string;
            /** @description does it meet the acceptance test? empty = not judged */
            meets_test?: string;
            /** @description milestone reported on; empty = the whole commitment */
            milestone?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description percent as reported; read percent_of before using it */
            percent?: string;
            /** @description what the percent is a percent of (land, works, funds ...) */
            percent_of?: string;
            /** @description what was reported */
            report?: string;
            /** @description date of the report */
            reported_on?: string;
            /**
             * @description what the report shows; only 'delivered', 'in effect' and 'stopped' close a
             * commitment
             */
            shows?: string;
            /** @description address or citation of the source */
            source?: string;
            /**
             * @description whose word it is: a body that owes the commitment, one outside it, or not known
             */
            standing?: string;
        };
        /** @description Where features lie; they have no time. */
        Extent: {
            /** @description The box around them. */
            spatial: components["schemas"]["Spatial"];
        };
        Fault: {
            conflicts?: Record<string, never>[];
            error: string;
            findings?: Record<string, never>[];
            request?: string;
        };
        /** @description The address of a calendar. */
        Feed: {
            /** @description Path on this server. */
            path: string;
            /** @description Is it a secret of the person's own? */
            secret: boolean;
        };
        /**
         * @description Money of all purses together at market prices: what is received and left less what is
         * spent.
         */
        Financial: {
            /** @description Its rates of return. */
            eirr: components["schemas"]["RateOfReturn"];
            /** @description By year, MUSD. */
            net: number[];
            /** @description Net present value, MUSD. */
            npv: number;
        };
        /** @description One fault in the data. */
        FindingOf: {
            /** @description Column; empty: the whole row. */
            column: string;
            /** @description File. */
            file: string;
            /** @description Row. */
            id: string;
            /** @description Line of the file; 0: the whole file. */
            line: number;
            /** @description What was found. */
            message: string;
            /** @description What cannot be done until it is repaired: everything, or values. */
            needed_for: string;
            /** @description What to do about it. */
            remedy: string;
            /**
             * @description What was found, and what to do about it, as messages of the catalogue; without a
             * key: English alone.
             */
            says: components["schemas"]["Said"][];
            /** @description Table. */
            table: string;
        };
        /** @description How many are promised how firmly, and how many of them stand where. */
        Firmness: {
            /** @description How many. */
            commitments: number;
            /** @description Verified, claimed, moving, no evidence -> how many. */
            counts: {
                [key: string]: number;
            };
            /** @description Legal duty, agreed, vowed, must strive, considered; null: not stated. */
            firmness: string | null;
            /** @description How many of them were stopped. */
            stopped: number;
        };
        /** @description Errors of flows that are drawn. */
        FlowError: {
            /** @description Standard deviation of the logarithm. */
            log_sd: number;
            /** @description Parameter that says their size, and side. */
            name: string;
            /** @description Distribution. */
            shape: string;
        };
        /** @description Tonnes on each link at the flows of the base year. */
        Flows: {
            /** @description By link, with everything valued delivered. */
            all: {
                [key: string]: number;
            };
            /** @description By link, as things stand. */
            today: {
                [key: string]: number;
            };
            /** @description Million tonnes/year. */
            unit: string;
        };
        /** @description Entry into force of one agreement. */
        Force: {
            /** @description Id of the agreement. */
            agreement: string;
            /** @description Computed (from its rule), stated (by a source) or not evidenced. */
            basis: string;
            /** @description Where sources or rule contradict one another, in words. */
            conflicts: string[];
            /** @description Since when, as precise as its source; null: not reached. */
            in_force: string | null;
            /** @description State for each party. */
            parties: {
                [key: string]: components["schemas"]["ForceOfParty"];
            };
            /** @description Since when for each party for which it is in force. */
            per_party: {
                [key: string]: string;
            };
            /** @description Its state as a whole. */
            state: string;
            /** @description What made it enter into force; null where no rule was met. */
            trigger: components["schemas"]["Trigger"] | null;
            /** @description How that follows from rule and acts, step by step. */
            working: string[];
        };
        /**
         * @description An agreement for one party; dates are as precise as their source (a year, month, day,
         * interval).
         */
        ForceOfParty: {
            /** @description The act that binds it. */
            act: string;
            /** @description Since when; null: not in force, or not evidenced. */
            in_force: string | null;
            /** @description In force, not in force, provisional, ended and so on. */
            state: string;
            /** @description Last day; null: none is on record. */
            until: string | null;
            /** @description How that follows. */
            working: string;
        };
        /** @description Drawn dates of what is open. */
        Forecast: {
            /** @description By commitment. */
            commitments: {
                [key: string]: components["schemas"]["ForecastOf"];
            };
            /** @description How many. */
            draws: number;
            /** @description Why a commitment is not drawn. */
            left_out: {
                [key: string]: components["schemas"]["Said"];
            };
            /** @description Seed of the draws. */
            seed: number;
        };
        /** @description Drawn dates of one commitment. */
        ForecastOf: {
            /** @description What its durations rest on. */
            basis: string;
            /** @description Share of the draws in which it ends last. */
            critical: number;
            /** @description Share of the draws in which it comes by its promised date; null: it has none. */
            on_time: number | null;
            /**
             * Format: date
             * @description Day by which it has come in 10 of 100 draws.
             */
            p10: string;
            /**
             * Format: date
             * @description The same in 50 of 100.
             */
            p50: string;
            /**
             * Format: date
             * @description The same in 80 of 100.
             */
            p80: string;
            /**
             * Format: date
             * @description The same in 95 of 100.
             */
            p95: string;
            /** @description The promised date; null: none. */
            promised: string | null;
        };
        /** @description What more money, or more value asked for, would bring, MUSD. */
        FurtherOfPlan: {
            /** @description How much that is in all. */
            added_musd: number;
            /** @description By how much the cost rises. */
            cost_musd: number;
            /** @description By how much the net present value rises. */
            npv_musd: number;
            /** @description The rise over what is added. */
            per_dollar: number;
            /** @description Share of each limit, or of the value, more. */
            share: number;
        };
        GeoJson: {
            links: Record<string, never>[];
            /** @enum {string} */
            type: "Feature" | "FeatureCollection";
        };
        /** @description The gravity equation that flows without a source come from. */
        Gravity: {
            /** @description Coefficients. */
            coefficients: {
                [key: string]: number;
            };
            /** @description How many. */
            countries: number;
            /** @description Sources. */
            data: string;
            /** @description Countries whose trade at home was clipped. */
            domestic_trade_clipped: string[];
            /** @description By size of flow. */
            fit_from_gdp_and_geography_alone: {
                [key: string]: components["schemas"]["GravityFit"];
            };
            /** @description Countries left out. */
            left_out: string[];
            /** @description How it was fitted. */
            method: string;
            /** @description The equation. */
            model: string;
            /** @description How many pairs. */
            observations: number;
            /** @description Their standard errors. */
            standard_errors: {
                [key: string]: number;
            };
            /** @description Year of trade. */
            year: number;
        };
        /** @description How well trade is told from GDP and geography alone. */
        GravityFit: {
            /** @description Correlation. */
            correlation_of_log_flows: number;
            /** @description Pairs of countries. */
            pairs: number;
            /** @description Share of pairs. */
            share_within_factor_two: number;
            /** @description Share of trade. */
            share_within_factor_two_by_value: number;
        };
        /** @description Four shares instead of one percentage, of all commitments that were not stopped. */
        Headline: {
            /** @description How many there are, stopped ones included. */
            commitments: number;
            /** @description How many stand where. */
            counts: components["schemas"]["Counts"];
            /**
             * Format: date
             * @description The day.
             */
            on: string;
            /** @description Version of the rules of status. */
            rules_version: number;
            /** @description Shares of those not stopped; they add up to 1. */
            shares: components["schemas"]["Counts"];
            /** @description How many were stopped. */
            stopped: number;
        };
        /**
         * @description A path that the programme is looked at by: its cheapest one, or one through named
         * nodes.
         */
        HeadlinePath: {
            /** @description Is it the cheapest whatever it passes? */
            best: boolean;
            /** @description Id of the node where it ends. */
            destination: string;
            /** @description Id of the route on record, or ORIGIN-DESTINATION for the cheapest. */
            id: string;
            /** @description Id of the node where it begins. */
            origin: string;
            /** @description Published days from door to door, least and most; null: none are published. */
            published_days: [
                number | null,
                number | null
            ];
            /** @description With ``delivered`` delivered. */
            then: components["schemas"]["Path"] | components["schemas"]["NoPath"];
            /** @description Its title, or the names of its ends. */
            title: string;
            /** @description As things stand, or with ``base`` delivered. */
            today: components["schemas"]["Path"] | components["schemas"]["NoPath"];
        };
        /** @description How well the model tells what is known. */
        HowWell: {
            /**
             * @description The same, each place or path once: beside the lowest and highest of its figures.
             */
            each_once: components["schemas"]["Near"][];
            /** @description Figure by figure. */
            observations: components["schemas"]["Told"][];
            /** @description By kind and sample. */
            summary: components["schemas"]["Near"][];
        };
        /** @description V of one set of commitments. */
        IntervalOfSet: {
            /** @description By country, MUSD a year. */
            countries: {
                [key: string]: components["schemas"]["Band"];
            };
            /** @description The set. */
            delivered: string[];
            /** @description All countries together, MUSD a year. */
            sum: components["schemas"]["Band"];
        };
        /** @description Intervals on what everything valued is worth, and on a day's delay. */
        Intervals: {
            /** @description What each commitment is worth when it is the only one, MUSD a year. */
            alone: {
                [key: string]: components["schemas"]["Band"];
            };
            /** @description Cost of a day's delay of each commitment, MUSD present value. */
            delay_of_a_day: {
                [key: string]: components["schemas"]["Quantiles"];
            };
            /** @description Parameters that are drawn. */
            drawn: components["schemas"]["Drawn"][];
            /** @description How many; 0: this server draws none. */
            draws: number;
            /** @description Sizes of the errors of flows. */
            flow_errors: components["schemas"]["FlowError"][];
            /** @description V of everything by the source of flows. */
            flow_sources: components["schemas"]["BySource"][];
            /** @description What each adds when all others are delivered, MUSD a year. */
            last: {
                [key: string]: components["schemas"]["Band"];
            };
            /** @description Parameters that are not drawn, and why. */
            not_drawn: components["schemas"]["NotDrawn"][];
            /** @description Orders for the shares in each draw; 0: shares are exact or not drawn. */
            orders: number;
            /** @description Seed of the draws. */
            seed: number;
            /** @description Sets that were asked for. */
            sets: components["schemas"]["IntervalOfSet"][];
            /** @description Share of each commitment, MUSD a year. */
            share: {
                [key: string]: components["schemas"]["Band"];
            };
            /** @description V of everything by country, MUSD a year. */
            total: {
                [key: string]: components["schemas"]["Band"];
            };
            /** @description The same, all countries together. */
            total_sum: components["schemas"]["Band"];
            /** @description MUSD/year. */
            unit: string;
        };
        /** @description How far a job is. */
        JobState: {
            /** @description Size of the result, bytes. */
            bytes: number;
            /** @description Steps done. */
            done: number;
            /** @description Why it failed; empty: it did not. */
            error: string;
            /** @description Its id. */
            id: string;
            /** @description What it makes. */
            kind: string;
            /** @description Content type of the result. */
            media_type: string;
            /** @description File name of the result; empty: there is none yet. */
            name: string;
            /** @description Steps in all; 0: not known. */
            of: number;
            /**
             * @description How far it is.
             * @enum {string}
             */
            state: "waiting" | "running" | "done" | "failed" | "cancelled";
        };
        /** @description A kept document; ``source`` is how a report names it. */
        Kept: {
            bytes: number;
            name: string;
            sha256: string;
            source: string;
        };
        /** @description A document that is kept under its digest. */
        KeptDocument: {
            /** @description Size, bytes. */
            bytes: number;
            /**
             * @description Content type of a picture, or of what is only fetched.
             * @enum {string}
             */
            media_type: "image/png" | "image/jpeg" | "application/octet-stream";
            /** @description Name under which it is fetched. */
            name: string;
            /** @description SHA-256 of its bytes. */
            sha256: string;
        };
        /** @description The ids of the forecasts that were kept, and the meeting they were made for. */
        KeptForecasts: {
            entry: number | null;
            forecasts: string[];
            hash: string | null;
            meeting: string;
        };
        /** @description The landing page. */
        Landing: {
            /** @description What there is. */
            description: string;
            /** @description Where it is. */
            links: components["schemas"]["WebLink"][];
            /** @description Title of the programme. */
            title: string;
        };
        /** @description One stretch of a path: along a link, or a wait at a node. */
        Leg: {
            /** @description Name of the node where it begins. */
            from_name: string;
            /** @description Id of the node where it begins. */
            from_node: string;
            /** @description Running time, hours. */
            hours: number;
            /** @description Length, km. */
            km: number;
            /** @description Means of transport. */
            mode: string;
            /** @description Id of the row it comes from; empty: of a parameter. */
            row: string;
            /** @description Name of the node where it ends. */
            to_name: string;
            /** @description Id of the node where it ends. */
            to_node: string;
            /** @description Cost, USD a tonne. */
            usd_per_t: number;
            /** @description Waiting, hours. */
            wait_hours: number;
            /** @description What happens, in words. */
            what: string;
        };
        /** @description One limit of the budget. */
        LimitOfPlan: {
            /** @description Which years, and whose. */
            limit: string;
            /** @description Capital at most, MUSD. */
            musd: number;
            /** @description Whose; null: of all payers together. */
            payer: string | null;
        };
        /** @description One line of the map. What is not open has the figures that goods would meet. */
        Link: {
            /** @description Where its row comes from: sourced, computed, reference, assumed or estimated. */
            basis: string;
            /**
             * @description Where the border's hours and dollars come from; empty: there is no border on it.
             */
            border_from: string;
            /** @description Border, hours. */
            border_hours: number;
            /** @description Border, USD a tonne. */
            border_usd_per_t: number;
            /** @description What it can carry both ways, million tonnes a year; null: not known. */
            capacity_mt_per_year: number | null;
            /** @description Ids of restrictions in force that close it. */
            closed_by: string[];
            /** @description Commitments that are about it. */
            commitments: string[];
            /**
             * @description Whether it carries goods both ways, or only from where it begins to where it ends.
             * @enum {string}
             */
            direction: "both" | "forward";
            /** @description Fixed part, USD a tonne. */
            fixed_usd_per_t: number;
            /** @description Name of the node where it begins. */
            from_name: string;
            /** @description Id of the node where it begins. */
            from_node: string;
            /**
             * @description Gauge, mm, of its row or else of its country; null: it has none, or it is not
             * known.
             */
            gauge_mm: number | null;
            /** @description Half the headway of its service, hours. */
            headway_hours: number;
            /** @description Hours from end to end: running, headway, border, restriction and queue. */
            hours: number;
            /** @description Its id. */
            id: string;
            /** @description Length, km. */
            km: number;
            /** @description Speed, km/h. */
            kmh: number;
            /** @description Where the speed comes from: row, effects, params ID or default. */
            kmh_from: string;
            /** @description Shipping lines on it. */
            lines: string[];
            /** @description What it is stated to carry both ways, million tonnes a year; null: not known. */
            load_mt_per_year: number | null;
            /** @description Rail, road, sea, ferry or river. */
            mode: string;
            /** @description What a reader must know about the row; empty: nothing. */
            note: string;
            /** @description State on the day of the map: open, delivered by then, promised, or closed. */
            on_day: string;
            /** @description Commitments that open it. */
            opened_by: string[];
            /** @description When it is to open, as precise as the source; null: not on record. */
            planned: string | null;
            /** @description Queue, hours. */
            queue_hours: number;
            /** @description Class of cargo -> where the rate comes from. */
            rate_from: {
                [key: string]: string;
            };
            /** @description Ids of restrictions in force that burden it. */
            restricted_by: string[];
            /** @description Restrictions, hours. */
            restriction_hours: number;
            /** @description Restrictions, USD a tonne. */
            restriction_usd_per_t: number;
            /** @description Running time, hours. */
            running_hours: number;
            /** @description Ids of services on it. */
            services: string[];
            /**
             * @description Since when it is open, or closed by a restriction, as precise as the source; null:
             * not known.
             */
            since: string | null;
            /** @description Address or citation of the source; empty: none. */
            source: string;
            /** @description State of its row: open, planned, under construction or suspended. */
            state: string;
            /** @description Name of the node where it ends. */
            to_name: string;
            /** @description Id of the node where it ends. */
            to_node: string;
            /**
             * @description State on the base date, restrictions counted.
             * @enum {string}
             */
            today: "open" | "promised" | "closed";
            /** @description class of cargo -> value */
            usd_per_t: {
                [key: string]: number;
            };
            /** @description class of cargo -> value */
            usd_per_tkm: {
                [key: string]: number;
            };
            /** @description Load over capacity; null: one of them is not known. */
            use: number | null;
        };
        /** @description One row of financing by year, MUSD. */
        LoanOf: {
            /** @description Who gives it; empty: nobody says. */
            by: string;
            /** @description Drawn by year. */
            drawn: number[];
            /** @description Drawn before the first year. */
            drawn_before: number;
            /** @description Interest by year. */
            interest: number[];
            /** @description Grant, loan or equity. */
            kind: string;
            /** @description Its amount, MUSD. */
            musd: number;
            /** @description Owed after the last year. */
            owed_after: number;
            /** @description Paid back by year. */
            principal: number[];
            /** @description Its row in financing. */
            row: string;
            /** @description Who pays it back. */
            served_by: string[];
        };
        /** @description A session of a body that decides or is told. Decisions fall on the next one. */
        MeetingRow: {
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description body that meets */
            body: string;
            /** @description day it is or was held; empty = not set */
            date?: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description parties that sit in it, separated by ; (empty: all) */
            parties: string[];
            /** @description where */
            place?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description title of the meeting */
            title: string;
        };
        /** @description The words of the page in one language. */
        Messages: {
            /**
             * @description Direction of writing.
             * @enum {string}
             */
            dir: "ltr" | "rtl";
            /** @description Code of the language. */
            lang: string;
            /** @description All languages: code -> name in itself. */
            languages: {
                [key: string]: string;
            };
            /** @description Messages, Fluent. */
            messages: string;
        };
        /**
         * @description A step on the way to a commitment, with its own owner and test. Its dates are rows of
         * date_changes.
         */
        Milestone: {
            /** @description what must be seen before it counts as delivered */
            acceptance_test?: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description commitment it leads to */
            commitment: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description parties that owe it; empty = those of the commitment */
            owed_by: string[];
            /** @description address or citation of the source */
            source?: string;
            /** @description Its state; null: its commitment is not on record. */
            status: components["schemas"]["Status"] | null;
            /** @description short title */
            title: string;
        };
        /** @description What the numbers rest on. */
        Model: {
            /** @description The gravity equation; null: the model does not use it. */
            gravity: components["schemas"]["Gravity"] | null;
            /** @description Published days, costs and counts beside the model's. */
            how_well: components["schemas"]["HowWell"];
            /** @description Parameters that the model uses. */
            params: components["schemas"]["ParamRow"][];
            /** @description Table -> basis -> how many rows. */
            rows_by_basis: {
                [key: string]: {
                    [key: string]: number;
                };
            };
        };
        /** @description Dates to try; null is never. */
        MovedDates: {
            dates: {
                [key: string]: string | null;
            };
        };
        /** @description How near the model is to the figures of one kind and sample. */
        Near: {
            /**
             * @description Of what.
             * @enum {string}
             */
            kind: "days" | "cost" | "count";
            /** @description Median of how far off they are, as a share of what is published. */
            median_error: number;
            /** @description How many figures, or places and paths. */
            rows: number;
            /**
             * @description Of which sample.
             * @enum {string}
             */
            sample: "fit" | "held out";
            /** @description Share of them within 50 %. */
            within_half: number;
            /** @description Share of them within 25 %. */
            within_quarter: number;
        };
        /** @description The map and what lies behind it. */
        Network: {
            /**
             * Format: date
             * @description Day of ``on_day``.
             */
            as_of: string;
            /** @description The map as data; null: there is nothing to show. */
            drawing: components["schemas"]["Drawing"] | null;
            /** @description Commitments that are due by that day, where a day was asked for. */
            due_by_then: string[];
            /** @description Its lines; of a large network those that are drawn one by one. */
            links: components["schemas"]["Link"][];
            /** @description How many links there are. */
            links_in_all: number;
            /** @description Its nodes; of a large network those that have a dot of their own. */
            nodes: components["schemas"]["Node"][];
            /** @description How many nodes there are. */
            nodes_in_all: number;
            /**
             * @description Where outlines of the programme's own come from; empty: they are those that
             * milepost ships.
             */
            outlines: string;
            /**
             * @description Ids of restrictions that close or burden something, whether or not they are in
             * force.
             */
            restrictions: string[];
        };
        /** @description A remark on a commitment. */
        NewComment: {
            /** @default  */
            answers: string;
            commitment: string;
            /**
             * @description party spoken for, by who has none
             * @default
             */
            party: string;
            /** @description parties; none: all */
            readers?: string[];
            text: string;
        };
        /** @description A report about a commitment. */
        NewEvidence: {
            commitment: string;
            /** @default  */
            disputes: string;
            /** @default secondary */
            document: string;
            /** @default  */
            happened_on: string;
            /** @default  */
            measured_days: string;
            /** @default  */
            meets_test: string;
            /** @default  */
            milestone: string;
            /** @default  */
            note: string;
            /** @default  */
            percent: string;
            /** @default  */
            percent_of: string;
            /** @default  */
            report: string;
            /**
             * @default
             * @example 2026-11-24
             */
            reported_on: string;
            /**
             * @default context
             * @example progress
             */
            shows: string;
            /** @default  */
            source: string;
            /**
             * @default unknown
             * @example owner
             */
            standing: string;
        };
        /** @description The forecasts of today, kept for a meeting. */
        NewForecasts: {
            /** @default 10000 */
            draws: number;
            /** @default 365 */
            horizon_days: number;
            /** @default  */
            meeting: string;
            /** @default 0 */
            seed: number;
        };
        /**
         * @description Long work: ``kind`` is intervals, tornado, draws, plan, resilience, report, brief-pdf,
         * brief-docx,
         *     brief-xlsx, brief-html or snapshot.
         */
        NewJob: {
            /**
             * @description a brief with what was cut for length at its end
             * @default false
             */
            annex: boolean;
            /**
             * @description of a plan, as written: 3000, 500/y, 2027:500; none: no limit
             * @default
             */
            budget: string;
            /**
             * @description taken off V by a tornado, a year
             * @default 0
             */
            cost_musd: number;
            /** @default [] */
            delivered: string[][];
            /** @default 100 */
            draws: number;
            kind: string;
            /**
             * @description the register as it was known on this day
             * @default
             */
            known_on: string;
            /** @default en */
            lang: string;
            /**
             * @description what no plan opens
             * @default []
             */
            leave_out: string[];
            /** @default  */
            meeting: string;
            /**
             * @description what every plan opens
             * @default []
             */
            must: string[];
            /**
             * @description a brief of one page, for a minister
             * @default false
             */
            one_page: boolean;
            /** @default  */
            party: string;
            /** @description of a plan: discount rate, a share a year from 0 to 1; none: the programme's */
            rate?: number | null;
            /** @description of a plan: present value of V that the cheapest one reaches */
            reach_musd?: number | null;
            /** @description of resilience: what may happen, by restriction, instead of what is on record */
            risks?: {
                [key: string]: components["schemas"]["Chance"];
            } | null;
            /**
             * @description parts of a brief; none: all
             * @default []
             */
            sections: string[];
            /** @default 0 */
            seed: number;
            /**
             * @description a tornado with switching values
             * @default false
             */
            switching: boolean;
            /** @description of a plan: last year of an opening; none: ten years on */
            until?: number | null;
            /**
             * @description views that a brief ends with
             * @default []
             */
            views: components["schemas"]["NewView"][];
        };
        /** @description A session of a body that decides or is told; without an id it gets the next one. */
        NewMeeting: {
            /** @default sourced */
            basis: string;
            /** @example Ridge Commission */
            body: string;
            /**
             * @default
             * @example 2027-02-09
             */
            date: string;
            /** @default  */
            id: string;
            /** @default  */
            note: string;
            /**
             * @description parties, with semicolons; none: all
             * @default
             */
            parties: string;
            /** @default  */
            place: string;
            /** @default  */
            source: string;
            title: string;
        };
        /** @description A passkey that the browser made, and what its owner calls it. */
        NewPasskey: {
            /** @description the credential's toJSON() (WebAuthn, RegistrationResponseJSON) */
            credential: {
                [key: string]: unknown;
            };
            label: string;
        };
        /** @description A request to move a date. */
        NewRequest: {
            /** @example C01 */
            item: string;
            /** @example 2030-06-30 */
            new_date: string;
            /**
             * @description who asks, where the person speaks for no party (local user)
             * @default
             */
            party: string;
            reason: string;
            /** @default  */
            text: string;
        };
        /** @description That a letter of the week went out. */
        NewSentLetter: {
            addressee: string;
            /**
             * @description row of contacts, as the letter names it
             * @default
             */
            contact: string;
            /** Format: date */
            day: string;
            /**
             * @description how it went, such as e-mail or post
             * @default
             */
            means: string;
            /** @default  */
            party: string;
            /** @description the day; without it today */
            sent_on?: string | null;
        };
        /** @description A view of the page for a brief. */
        NewView: {
            /** @default  */
            note: string;
            /**
             * Format: base64
             * @description picture, PNG, as base64
             */
            png: string;
            title: string;
        };
        /** @description One node of the map. */
        Node: {
            /** @description Commitments that are about it. */
            commitments: string[];
            /** @description Code of its country. */
            country: string;
            /** @description Its id. */
            id: string;
            /** @description City, port, border and so on. */
            kind: string;
            /** @description Latitude, degrees north. */
            lat: number;
            /** @description Longitude, degrees east. */
            lon: number;
            /** @description Its name in English. */
            name: string;
        };
        /** @description There is no path. */
        NoPath: {
            /** @description Why, in a sentence. */
            none: string;
        };
        /** @description Parameters that are not drawn. */
        NotDrawn: {
            /** @description Rows of params. */
            ids: string[];
            /** @description Why. */
            why: string;
        };
        /** @description What a commitment takes off the expected loss by one crisis. */
        OffACrisis: {
            /** @description With nothing else delivered. */
            alone: number;
            /** @description With all others delivered. */
            last: number;
        };
        /** @description One commitment of a plan; money in MUSD. */
        OpenedByPlan: {
            /** @description Its capital, not discounted. */
            capital_musd: number;
            /** @description Its id. */
            commitment: string;
            /** @description Present value of its costs less what is left. */
            cost_musd: number;
            /**
             * Format: date
             * @description When it opens.
             */
            delivered: string;
            /** @description How many years after the earliest day. */
            later_years: number;
            /** @description What it adds in the order of the plan, less that. */
            npv_musd: number;
            /** @description Its title. */
            title: string;
        };
        /** @description A session of one's own that has not ended. */
        OpenSession: {
            /** @description When it began, UTC. */
            began: string;
            /** @description Its id; nothing can be opened with it. */
            id: string;
            /** @description When it was last used, UTC. */
            seen: string;
            /** @description Is it the one that asks? */
            this: boolean;
        };
        /** @description The sessions of one's own, the last one used first. */
        OpenSessions: {
            /** @description One each. */
            sessions: components["schemas"]["OpenSession"][];
        };
        /** @description The passkeys of one's own, the first one first. */
        OwnPasskeys: {
            /** @description One each. */
            passkeys: components["schemas"]["Passkey"][];
        };
        /** @description How V grows: factors on it, from days after that of the book on. */
        Pace: {
            /** @description A row for each of them: a factor for each country. */
            factors: number[][];
            /** @description The share of a commitment's value that they leave, for each of the days. */
            kept: {
                [key: string]: number[];
            };
            /**
             * @description What each commitment counts for, by country, in what capacities leave of V of a
             * set; empty: they leave
             *     all.
             */
            parts: {
                [key: string]: number[];
            };
            /** @description First days, the first of them 0. */
            starts: number[];
        };
        /** @description One assumption or rate of the model, with its band. */
        ParamRow: {
            /** @description mode, mode/cargo class, cargo class or all */
            applies_to?: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description High end of its plausible band; null: none is stated. */
            high: number | null;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description Low end of its plausible band; null: none is stated. */
            low: number | null;
            /** @description what it is; the unit stands in the name where the model reads it */
            name: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description unit */
            unit?: string;
            /** @description model: read by the model; check: kept for comparison */
            use?: string;
            /** @description Its value, in the unit of the row. */
            value: number;
            /** @description year of the figure */
            year?: string;
        };
        /** @description From the main zone of a country to that of a partner. */
        PartnerPath: {
            /** @description Id of the country's main zone. */
            from_node: string;
            /** @description Code of the partner. */
            partner: string;
            /** @description With ``delivered`` delivered; null: there is no path. */
            then: components["schemas"]["PathSums"] | null;
            /** @description Id of the partner's main zone. */
            to_node: string;
            /** @description As things stand; null: there is no path. */
            today: components["schemas"]["PathSums"] | null;
            /** @description Trade both ways, million USD a year. */
            trade_musd: number;
        };
        /** @description Who promises. */
        Party: {
            /** @description ISO 3166-1 alpha-3 code of a state, or a short code. */
            id: string;
            /**
             * @description ISO 3166-1 alpha-2 code, for the name in other languages; empty for what is no
             * state.
             */
            iso2: string;
            /** @description Country, union or organisation. */
            kind: string;
            /** @description Ids of the members of a union. */
            members: string[];
            /** @description Name in English. */
            name: string;
        };
        /** @description A passkey of one's own. */
        Passkey: {
            /** @description When it was added, UTC. */
            added: string;
            /** @description Its id here; nothing can be opened with it. */
            id: string;
            /** @description What its owner calls it. */
            label: string;
            /** @description Name of the server that it was made for; it opens no other. */
            site: string;
            /** @description When it was last used, UTC; empty: never. */
            used: string;
        };
        /** @description What the browser is to ask an authenticator for (WebAuthn, as JSON). */
        PasskeyOptions: {
            /**
             * @description For `PublicKeyCredential.parseCreationOptionsFromJSON` or
             * `parseRequestOptionsFromJSON`.
             */
            options: {
                [key: string]: unknown;
            };
        };
        /** @description The cheapest path between two nodes for one class of cargo. */
        Path: {
            /** @description Class of cargo. */
            cargo: string;
            /** @description The same in days. */
            days: number;
            /** @description Commitments that it counts on. */
            delivered: string[];
            /** @description Id of the node where it ends. */
            destination: string;
            /** @description Cost with the value of time, USD a tonne: the path is the cheapest by this. */
            generalised_cost_usd_per_t: number;
            /** @description Door to door, hours, waiting included. */
            hours: number;
            /** @description Length, km. */
            km: number;
            /** @description Its stretches in order. */
            legs: components["schemas"]["Leg"][];
            /** @description Ids of its links in order. */
            links: string[];
            /** @description Id of the node where it begins. */
            origin: string;
            /**
             * @description All paths that shipments of the class take, the most used first; the legs are
             * those of the first.
             */
            paths: components["schemas"]["PathShare"][];
            /** @description Cost without time, USD a tonne. */
            usd_per_t: number;
        };
        /** @description The cheapest path between two nodes, twice. */
        PathsBetween: {
            /** @description With ``delivered`` delivered. */
            then: components["schemas"]["Path"] | components["schemas"]["NoPath"];
            /** @description As things stand, or with ``base`` delivered. */
            today: components["schemas"]["Path"] | components["schemas"]["NoPath"];
        };
        /** @description A path, and the share of a class of cargo that takes it. */
        PathShare: {
            /** @description The same in days. */
            days: number;
            /** @description Door to door, hours, waiting included. */
            hours: number;
            /** @description Length, km. */
            km: number;
            /** @description Links in order. */
            links: string[];
            /** @description Means of transport in order. */
            modes: string[];
            /** @description Share of the class, 0 to 1. */
            share: number;
            /** @description Cost without time, USD a tonne. */
            usd_per_t: number;
        };
        /** @description The cheapest path of a container, summed. */
        PathSums: {
            /** @description Cost with the value of time, USD a tonne. */
            cost_usd_per_t: number;
            /** @description Door to door, days. */
            days: number;
            /** @description Length, km. */
            km: number;
            /** @description Cost without time, USD a tonne. */
            usd_per_t: number;
        };
        /** @description One plan; money in MUSD. */
        PlanOf: {
            /**
             * @description What it is best at.
             * @enum {string}
             */
            aim: "largest" | "no member worse off" | "least cost";
            /** @description What is spent by year, at prices of the economy. */
            all_costs_musd: number[];
            /** @description Capital, not discounted. */
            capital_musd: number;
            /** @description Present value of costs less what is left. */
            cost_musd: number;
            /** @description Whether no plan is better. */
            exact: boolean;
            /** @description What more would bring; null: no limit holds it back. */
            further: components["schemas"]["FurtherOfPlan"] | null;
            /** @description What is gained or left by year. */
            gained_musd: number[];
            /** @description How much better another plan could be at most. */
            gap_musd: number;
            /** @description Country or payer -> V less own money and debt service, present value. */
            net_by_purse: {
                [key: string]: number;
            };
            /** @description The next best of all plans; null: there is no other. */
            next_best: components["schemas"]["RivalOfPlan"] | null;
            /** @description Net present value of all together. */
            npv_musd: number;
            /** @description What it opens, in the order of delivery. */
            opened: components["schemas"]["OpenedByPlan"][];
            /** @description The best that delivers other commitments; null: there is none. */
            other_set: components["schemas"]["RivalOfPlan"] | null;
            /** @description By limit, what one more dollar brings to first order. */
            price_of_a_dollar: {
                [key: string]: number;
            };
            /** @description Capital by year. */
            spent_musd: number[];
            /** @description V of all that it opens, a year. */
            v_musd_per_year: number;
            /** @description Present value of V. */
            value_musd: number;
        };
        /** @description The best plans under a budget; money in MUSD. */
        Plans: {
            /** @description Share a year, compounded once a year. */
            discount_rate_per_year: number;
            /** @description Whether growth and ramp-up are left out. */
            flat: boolean;
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description The budget; empty: no limit. */
            limits: components["schemas"]["LimitOfPlan"][];
            /** @description Whom the plan with no member worse off holds. */
            members: string[];
            /** @description Who pays and is no country of the model. */
            not_held: string[];
            /** @description commitment -> why it is in no plan */
            not_planned: {
                [key: string]: string;
            };
            /**
             * Format: date
             * @description Day of the plan.
             */
            on: string;
            /** @description What may be planned. */
            planned: string[];
            /** @description The plans, one an aim. */
            plans: components["schemas"]["PlanOf"][];
            /** @description What it costs all together that no member is worse off; null: no such plan is. */
            price_of_the_wish_musd: number | null;
            /** @description Present value of V that the cheapest plan reaches; null: not asked for. */
            reach_musd: number | null;
            /** @description MUSD, and of which year prices are. */
            unit: string;
            /** @description Last year in which something may open. */
            until: number;
            /** @description Years of the streams. */
            years: number[];
        };
        /** @description The programme: what it is, on which day, from which data. */
        Programme: {
            /**
             * @description Is it a register without a network? Then nothing is valued, and there is no map.
             */
            alone: boolean;
            /**
             * Format: date
             * @description Base date: which commitments are valued follows from it.
             */
            base_date: string;
            /** @description Year of prices and trade. */
            base_year: number;
            /** @description Can rows be written back? */
            can_edit: boolean;
            /** @description How many. */
            commitments: number;
            /**
             * Format: date
             * @description Day on which the register stands: where its last entry left it.
             */
            day: string;
            /** @description Who decides requests, by the policy. */
            decided_by: string;
            /** @description What the map's boundaries mean. */
            disclaimer: string;
            /**
             * @description Annual rate, a share, as appraisals state it; the setting of this name is the
             * continuous one.
             */
            discount_rate_per_year: number;
            /** @description Entries of the chain. */
            entries: number;
            /** @description What is wrong with the data. */
            findings: components["schemas"]["FindingOf"][];
            /** @description Fingerprint of the data (SHA-256). */
            fingerprint: string;
            /** @description Ids of the routes that the programme is looked at by. */
            headline_routes: string[];
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description Day as known on which the register is shown; null: as it is now. */
            known_on: string | null;
            /** @description What the model cannot say. */
            limits: components["schemas"]["Said"][];
            /** @description Model of trade. */
            model: string;
            /**
             * Format: date-time
             * @description When the data were read.
             */
            read_at: string;
            /** @description Reasons for moving a date that the policy knows. */
            reasons: string[];
            /** @description Hash of its last entry; empty: there is none. */
            root: string;
            /** @description What it is, in a few sentences. */
            summary: string;
            /** @description Title. */
            title: string;
            /** @description Version of milepost. */
            version: string;
        };
        /** @description One programme: how it stands, and how much waits for the reader. */
        ProgrammeAtAGlance: {
            /** @description How many are closed. */
            closed: number | null;
            /** @description How many; null: not known. */
            commitments: number | null;
            /** @description Day on which its register stands; null: not known. */
            day: string | null;
            /** @description What is wrong; empty: nothing. */
            fault: string;
            /** @description Findings that stop its numbers. */
            findings: number;
            /** @description Address of its page on this server. */
            href: string;
            /** @description Key by which addresses and rights name it. */
            key: string;
            /**
             * @description The next day on which something is due or a meeting is held; null: none is known.
             */
            next_day: string | null;
            /** @description Its title. */
            next_title: string;
            /** @description Id of what is due or held then. */
            next_what: string;
            /** @description How many are overdue. */
            overdue: number | null;
            /** @description Is that value of the run before? */
            stale: boolean;
            /**
             * @description Can it be read; faulty: its data have findings or cannot be read; away: its store
             * does not answer, and
             *     what is shown, if anything, is what was read before.
             * @enum {string}
             */
            state: "good" | "faulty" | "away";
            /** @description Title; its key where it cannot be read. */
            title: string;
            /**
             * @description V of everything valued, all countries together, MUSD a year; null: nothing is
             * valued, or not yet.
             */
            value_musd_per_year: number | null;
            /** @description How many things wait for the reader. */
            waiting: number;
        };
        /** @description How far the valuation is. */
        Progress: {
            /** @description Steps done. */
            done: number;
            /** @description Steps in all. */
            of: number;
            /**
             * @description ready, working, failed, or none: nothing can be valued.
             * @enum {string}
             */
            state: "ready" | "working" | "failed" | "none";
            /**
             * @description The step that runs now: book, delay, shares, forecast or calls; or why it failed.
             */
            what: string;
        };
        /**
         * @description Rows that one person proposes: under which ``number``, who, when and why, which rows,
         * what would come
         *     out of them (told while they are proposed), and what became of them.
         */
        Proposal: {
            at: string;
            by: string;
            entry: number | null;
            hash: string | null;
            number: number;
            outcomes: string[];
            reason: string;
            rows: components["schemas"]["Changed"][];
            /** @enum {string} */
            state: "pending" | "granted" | "refused";
        };
        /** @description What one country or payer gains and pays, present values in MUSD at market prices. */
        PurseOf: {
            /** @description What it gains. */
            benefit: number;
            /** @description Interest and principal that it pays. */
            debt_service: number;
            /** @description Benefit less own money less debt service. */
            net: number;
            /** @description What it spends itself: what nobody finances, running costs, less what is left. */
            own_money: number;
            /** @description The part of it that is taxes and margins received. */
            received: number;
        };
        /** @description 5th, 50th and 95th percentile over the draws. */
        Quantiles: {
            /** @description 5th percentile. */
            p5: number;
            /** @description Median. */
            p50: number;
            /** @description 95th percentile. */
            p95: number;
        };
        /** @description All rates at which a stream has a net present value of zero. */
        RateOfReturn: {
            /**
             * @description The rate, where there is just one; null: there is none, or several, of which none
             * decides alone.
             */
            rate: number | null;
            /** @description All real rates above -1, rising. */
            roots: number[];
            /** @description What they tell. */
            sentence: string;
            /** @description How often the stream changes its sign. */
            sign_changes: number;
            /** @description Share a year. */
            unit: string;
        };
        /** @description Quantiles of drawn rates of return, a share a year; null: so many draws have none. */
        RatesDrawn: {
            /** @description 5th percentile. */
            p5: number | null;
            /** @description 25th percentile. */
            p25: number | null;
            /** @description Median. */
            p50: number | null;
            /** @description 75th percentile. */
            p75: number | null;
            /** @description 95th percentile; null: draws gain before they cost. */
            p95: number | null;
        };
        /** @description The drafts of one text, and what was written of them. */
        ReadText: {
            /** @description How many drafts of each firmness. */
            by_firmness: {
                [key: string]: number;
            };
            /** @description Day from which "within six months" is counted; null: none. */
            dated: string | null;
            /** @description Name of the file. */
            document: string;
            /** @description The drafts, in the order of the text. */
            drafts: components["schemas"]["DraftOfText"][];
            /** @description Entry of the chain; null: nothing was written. */
            entry: number | null;
            /** @description Its hash. */
            hash: string | null;
            /** @description Language the text was read in; another than en, fr, ru, fa, ar is not read. */
            language: string;
            /** @description How many sentences were read. */
            sentences: number;
            /** @description SHA-256 of the file. */
            sha256: string;
            /** @description Ids of the rows that were written of them; empty: none. */
            written: string[];
        };
        /** @description A row that was recorded under ``id``. */
        Recorded: {
            entry: number | null;
            hash: string | null;
            id: string;
        };
        /** @description Commitments with everything known about them, and what they refer to. */
        Register: {
            /** @description Treaties, contracts, roadmaps. */
            agreements: components["schemas"]["AgreementRow"][];
            /** @description Bodies that meet, by name. */
            bodies: string[];
            /** @description The same for each degree of firmness on record, the firmest first. */
            by_firmness: components["schemas"]["Firmness"][];
            /** @description All commitments, in the order of the table. */
            commitments: components["schemas"]["Commitment"][];
            /** @description Countries of the model. */
            countries: components["schemas"]["Country"][];
            /** @description Entry into force of each agreement. */
            force: components["schemas"]["Force"][];
            /** @description How many stand where. */
            headline: components["schemas"]["Headline"];
            /** @description Language that the tables are written in. */
            language: string;
            /** @description Meetings of the bodies. */
            meetings: components["schemas"]["MeetingRow"][];
            /** @description Who promises. */
            parties: components["schemas"]["Party"][];
            /** @description Sanctions, closures, quotas. */
            restrictions: components["schemas"]["RestrictionRow"][];
            /** @description Published door-to-door times and costs. */
            routes: components["schemas"]["RouteRow"][];
            /** @description Texts in further languages: language, table, row, column. */
            texts: {
                [key: string]: {
                    [key: string]: {
                        [key: string]: {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
        /**
         * @description Expected losses by what may happen, and what each commitment takes off them: beside V,
         * never in it.
         */
        Resilience: {
            /** @description Of prices. */
            base_year: number;
            /** @description By commitment. */
            commitments: {
                [key: string]: components["schemas"]["SecondPath"];
            };
            /** @description Days of a year. */
            days_per_year: number;
            /** @description What all of them cost in an average year, with nothing more delivered. */
            expected_loss: {
                [key: string]: number;
            };
            /** @description The same with everything delivered. */
            expected_loss_delivered: {
                [key: string]: number;
            };
            /** @description By restriction. */
            risks: {
                [key: string]: components["schemas"]["Crisis"];
            };
            /** @description MUSD a year. */
            unit: string;
        };
        /**
         * @description A dated closure or surcharge. It only closes or makes dearer; it belongs to no
         * commitment.
         */
        RestrictionRow: {
            /** @description percent added to the cost of trade, for countries */
            ad_valorem_percent?: string;
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description for countries: which trade of the target it touches */
            direction?: string;
            /**
             * @description closed; dearer by the amounts here; or recorded only, where no source says by how
             * much
             */
            effect?: string;
            /** @description last day; empty = open */
            ends?: string;
            /** @description hours added, on the network */
            hours?: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description countries that impose it */
            imposed_by: string[];
            /** @description how many days it would then last, at most a year of 365 */
            length_days?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description the other country; empty = all trade of the target */
            partner?: string;
            /**
             * @description of what may happen and does not hold: how likely it is in a year, 0 to 1; such a
             * row is never in force by its dates, and is counted by 'milepost resilience'; empty = a fact
             */
            probability_per_year?: string;
            /** @description for countries: sectors it touches; empty = all */
            sectors: string[];
            /** @description address or citation of the source */
            source?: string;
            /** @description first day */
            starts: string;
            /** @description what the source states */
            statement?: string;
            /** @description id of the thing restricted */
            target?: string;
            /**
             * @description what it applies to; 'countries' = trade between target and partner, 'programme' =
             * every link
             */
            target_table: string;
            /**
             * @description percentage points added to the importer's duty, for countries; the revenue is the
             * importer's
             */
            tariff_percent?: string;
            /** @description what is restricted */
            title: string;
            /** @description USD per tonne added, on the network */
            usd_per_t?: string;
        };
        /** @description Which share of a value rests on flows that nobody records, to first order. */
        Rests: {
            /** @description Of all countries together, from 0 to 1; null: nothing is gained. */
            all: number | null;
            /** @description By country: of what is saved on its own exports and imports. */
            countries: {
                [key: string]: number | null;
            };
        };
        /** @description Net present value with dates, costs, benefits and growth drawn, MUSD. */
        RiskOf: {
            /** @description Share of the draws in which it is below zero. */
            below_zero: number;
            /** @description What was drawn. */
            drawn: string[];
            /** @description How many. */
            draws: number;
            /** @description The rate of return. */
            eirr: components["schemas"]["RatesDrawn"];
            /** @description Mean. */
            mean: number;
            /** @description 5th percentile. */
            p5: number;
            /** @description 25th percentile. */
            p25: number;
            /** @description Median. */
            p50: number;
            /** @description 75th percentile. */
            p75: number;
            /** @description 95th percentile. */
            p95: number;
        };
        /** @description Another plan; money in MUSD. */
        RivalOfPlan: {
            /** @description Its costs less what is left. */
            cost_musd: number;
            /** @description In what it differs, in English. */
            differs: string;
            /** @description Its net present value. */
            npv_musd: number;
            /** @description What opens when. */
            opens: {
                [key: string]: string;
            };
        };
        /**
         * @description A link or terminal that commitments change and whose capacity is stated; million
         * tonnes a year.
         */
        RoomThere: {
            /** @description Added tonnes that would pass it. */
            asked_mt: number;
            /** @description Those of the set that change it. */
            commitments: string[];
            /** @description Is it full? */
            full: boolean;
            /** @description Its id. */
            id: string;
            /** @description Capacity less the load of today. */
            room_mt: number;
            /** @description links or nodes. */
            table: string;
            /** @description Of these, what does not get through, here or elsewhere on its path. */
            turned_away_mt: number;
        };
        /**
         * @description A published door-to-door time or price: for calibration and checking, never an input.
         */
        RouteRow: {
            /** @description modes that the path may not use */
            avoid_modes: string[];
            /**
             * @description sourced (a page states it), computed, reference (general knowledge), assumed
             * (ours; replace it) or estimated
             */
            basis: string;
            /** @description name of the path among its rivals; rows of one name are compared */
            branch?: string;
            /** @description cargo class compared */
            cargo?: string;
            /** @description price stated, in cost_unit */
            cost?: string;
            /** @description unit of the price */
            cost_unit?: string;
            /** @description longest time stated, days */
            days_max?: string;
            /** @description shortest time stated, days */
            days_min?: string;
            /** @description node */
            destination?: string;
            /** @description destination in the words of the source */
            destination_text?: string;
            /** @description Digest of the row, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row: its id, or the columns that name it with spaces between them. */
            id: string;
            /** @description length stated, km */
            km?: string;
            /**
             * @description whether days and price hold loading and unloading at both ends; excluded: of the
             * train, truck or ship alone, from departure to arrival
             */
            loading?: string;
            /** @description modes in the words of the source */
            mode_chain?: string;
            /** @description what a reader must know about this row */
            note?: string;
            /** @description node; empty if the source names no place */
            origin?: string;
            /** @description origin in the words of the source */
            origin_text?: string;
            /** @description fit: used in the calibration; held out: compared only; empty: not compared */
            sample?: string;
            /** @description address or citation of the source */
            source?: string;
            /** @description route in the words of the source */
            title?: string;
            /** @description nodes that the path must pass and links that it must take, in order */
            via: string[];
            /** @description what was stated */
            what?: string;
            /** @description year of the statement */
            year?: string;
        };
        /** @description One row as text cells. */
        RowOfTable: {
            /** @description Column -> text; empty: not known. */
            cells: {
                [key: string]: string;
            };
            /** @description Digest, by which an edit says what it saw (SHA-256). */
            digest: string;
            /** @description Key of the row. */
            id: string;
        };
        /** @description A sentence that a model made: its English text, and the message it was made from. */
        Said: {
            /** @description Key of the message in the catalogue; empty: the text is shown as it is. */
            key: string;
            /** @description English text. */
            text: string;
            /** @description Values of the message. */
            values: {
                [key: string]: string | number;
            };
        };
        /** @description How kept forecasts did; null where nothing can be judged. */
        Score: {
            /** @description Brier score of all. */
            brier: number | null;
            /** @description Of the promised dates, taken as sure. */
            brier_official: number | null;
            /** @description One less the ratio of the two. */
            brier_skill: number | null;
            /** @description Of those with a date promised at the time. */
            brier_where_dated: number | null;
            /** @description By five classes of probability. */
            calibration: components["schemas"]["CalibrationBin"][];
            /** @description Mean CRPS, days. */
            crps_days: number | null;
            /** @description Mean days between promised date and outcome. */
            crps_days_official: number | null;
            /** @description Of those with a date promised at the time. */
            crps_days_where_dated: number | null;
            /** @description One less the ratio of the two. */
            crps_skill: number | null;
            /** @description Each of them. */
            forecasts: components["schemas"]["ScoredForecast"][];
            /** @description Share of outcomes between the days of 10 % and 90 %. */
            inside_p10_p90: number | null;
            /** @description Those whose outcome is known. */
            judged: number;
            /** @description Forecasts made before that day. */
            kept: number;
            /**
             * Format: date
             * @description Day they are judged on.
             */
            on: string;
        };
        /** @description One kept forecast and what became of it. */
        ScoredForecast: {
            /** @description Commitment, or agreement and party. */
            about: string;
            /** @description Its term of the Brier score. */
            brier: number | null;
            /** @description The same of the date promised at the time. */
            brier_official: number | null;
            /**
             * Format: date
             * @description Day that its probability is about.
             */
            by_day: string;
            /** @description Continuous ranked probability score, days. */
            crps: number | null;
            /** @description Days between the promised date and the outcome. */
            crps_official: number | null;
            /** @description Whether it had; null: that cannot be said yet. */
            happened: boolean | null;
            /** @description Row of forecasts. */
            id: string;
            /** @description Whether the outcome lay between the days of 10 % and 90 %. */
            inside: boolean | null;
            /**
             * Format: date
             * @description Day it was made.
             */
            made_on: string;
            /** @description Delivery or ratification. */
            of: string;
            /** @description Day it happened; null: it has not, or the day is not known. */
            outcome: string | null;
            /** @description Probability that it has happened by that day. */
            probability: number;
        };
        /**
         * @description What one commitment takes off what is expected to be lost; below zero: it adds to it.
         */
        SecondPath: {
            /** @description By crisis. */
            by_risk: {
                [key: string]: components["schemas"]["OffACrisis"];
            };
            /** @description With nothing else delivered. */
            resilience_alone: {
                [key: string]: number;
            };
            /** @description With all others delivered. */
            resilience_last: {
                [key: string]: number;
            };
            /** @description V of it alone, beside which the first stands. */
            value_alone: {
                [key: string]: number;
            };
            /** @description What it adds to V of all others. */
            value_last: {
                [key: string]: number;
            };
        };
        /** @description Who is signed in, and what the person may do. */
        Session: {
            /** @description Token that writing needs. */
            csrf: string;
            /** @description Actions that are allowed. */
            may: string[];
            /** @description Name; empty: nobody. */
            name: string;
            /** @description Has it an identity provider? */
            oidc: boolean;
            /** @description Party that the person speaks for; empty: none. */
            party: string;
            /** @description Role. */
            role: string;
            /** @description Is anybody? */
            signed_in: boolean;
            /** @description Has the server accounts? */
            teams: boolean;
        };
        /** @description Shapley shares of each commitment in V of everything. */
        SharesByCommitment: {
            /** @description Commitment -> share by country. */
            commitments: {
                [key: string]: number[];
            };
            /** @description Countries, in the order of a share. */
            countries: string[];
            /** @description Share of it that rests on flows nobody records. */
            estimated_share: components["schemas"]["Rests"] | null;
            /** @description Exact, sampled or stratified. */
            method: string;
            /**
             * @description The part of it that is taxes and margins received; null: no dollar changes hands.
             */
            received: {
                [key: string]: number[];
            } | null;
            /** @description V of everything by country. */
            total: number[];
            /**
             * @description The part of it that is taxes and margins received; null: no dollar changes hands.
             */
            total_received: number[] | null;
            /** @description MUSD/year. */
            unit: string;
        };
        /** @description The session has ended. */
        SignedOut: {
            /**
             * @description Nobody is signed in.
             * @constant
             */
            signed_in: false;
        };
        /** @description Name and password; of an account with a second factor its code too. */
        SignIn: {
            /** @default  */
            code: string;
            name: string;
            password: string;
        };
        /** @description What a passkey signed. */
        SignInByPasskey: {
            /** @description the credential's toJSON() (WebAuthn, AuthenticationResponseJSON) */
            credential: {
                [key: string]: unknown;
            };
        };
        /** @description Where features lie. */
        Spatial: {
            /** @description West, south, east, north, degrees. */
            bbox: number[][];
            /** @description Coordinate reference system. */
            crs: string;
        };
        /**
         * @description Present value of what is spent for a commitment, a straight line between two days;
         * never: nothing.
         */
        SpendingByDate: {
            /** @description Days from that of the book to delivery. */
            days: number[];
            /** @description MUSD present value, for all who pay. */
            musd: number[];
        };
        /** @description State of a commitment or of a milestone on a day; days are calendar days. */
        Status: {
            /**
             * @description Ids of dates that were announced without a request granted, where requests are
             * needed.
             */
            announced_only: string[];
            /** @description Id of the commitment. */
            commitment: string;
            /** @description Reports that contradict one another, in words. */
            conflicts: string[];
            /**
             * @description Days by which the latest promised date is passed, or was when it was delivered.
             */
            days_late: number;
            /** @description Day of delivery; null: not delivered, or the day is not known. */
            delivered_on: string | null;
            /**
             * @description Not started, started, substantial, delivered, verified, in effect; or no evidence,
             * stopped.
             */
            delivery: string;
            /**
             * @description The first date ever promised, as precise as its source (2026, 2026-06 or a day);
             * null: none.
             */
            first_promised: string | null;
            /** @description What a reader must know besides: at risk, disputed and so on. */
            flags: string[];
            /** @description Day of the last report; null: there is none. */
            last_reported: string | null;
            /** @description The date that counts now, in the same form; null: none. */
            latest_promised: string | null;
            /** @description The same as 0 to 5; null without evidence, or when stopped. */
            level: number | null;
            /** @description Id of the milestone; null: the commitment itself. */
            milestone: string | null;
            /** @description What is not on record: owner, date, acceptance test, evidence. */
            missing: string[];
            /** @description What was reported done, per cent; null: nothing in figures. */
            percent: number | null;
            /** @description Per cent of what. */
            percent_of: string;
            /** @description How many dates were promised. */
            promises: number;
            /** @description Ids of the reports that prove delivery. */
            proofs: string[];
            /** @description How often the date was moved. */
            redated: number;
            /**
             * @description Days from the first promised date to the latest one; null where there are not
             * both.
             */
            slip_days: number | null;
            /** @description On time, late, done late and so on, in the words of the rules. */
            timing: string;
        };
        /**
         * @description What must change for the net present value to be zero; null: nothing within bounds
         * does it.
         */
        SwitchingValues: {
            /** @description Factor on benefits. */
            benefit: number | null;
            /** @description Factor on costs. */
            cost: number | null;
            /** @description Delay of the benefits alone, years. */
            delay_years: number | null;
            /** @description More growth of trade, a share a year. */
            growth: number | null;
        };
        /** @description What can be had as a table. */
        TableNames: {
            /** @description Columns of the tables of the register, in order. */
            columns: {
                [key: string]: string[];
            };
            /** @description Computed tables. */
            computed: {
                [key: string]: components["schemas"]["Computed"];
            };
            /** @description Those of them that hold dates. */
            dates: {
                [key: string]: string[];
            };
            /** @description Formats. */
            formats: string[];
            /** @description Names. */
            tables: string[];
        };
        /** @description Due dates of what is open, seen from a day. */
        Timetable: {
            /**
             * @description Day on which each open commitment is due (``on`` where it is overdue); null: no
             * date is promised.
             */
            dates: {
                [key: string]: string | null;
            };
            /**
             * Format: date
             * @description The day.
             */
            on: string;
            /** @description Days by which passed dates are passed. */
            overdue_days: {
                [key: string]: number;
            };
        };
        /** @description A published figure beside the model's. */
        Told: {
            /** @description Id of the route or count. */
            id: string;
            /**
             * @description What it is a figure of.
             * @enum {string}
             */
            kind: "days" | "cost" | "count";
            /** @description Of the model; null: it says nothing of this. */
            model: number | null;
            /** @description As published, in its unit. */
            observed: number;
            /** @description Model over published; null: one of them is missing, or zero is published. */
            ratio: number | null;
            /**
             * @description Fit: fitted to; held out: only compared; check: shown, in no statistic.
             * @enum {string}
             */
            sample: "fit" | "held out" | "check";
            /** @description Where it is published. */
            source: string;
            /** @description Unit of both. */
            unit: string;
            /** @description Of which route, link, border, node or country. */
            where: string;
            /** @description Why nothing can be compared; empty: it is. */
            why_not: string;
            /** @description Year of the figure; null: not stated. */
            year: number | null;
        };
        /**
         * @description Present value per country of the timetable that holds, and of the one with dates
         * moved.
         */
        Trial: {
            /** @description country -> value */
            after: {
                [key: string]: number;
            };
            /** @description country -> value */
            before: {
                [key: string]: number;
            };
            /** @description country -> value */
            change: {
                [key: string]: number;
            };
            /** @description The same, all countries together. */
            change_all: number;
            /** @description The same as a continuous rate, by which values are discounted. */
            continuous_rate_per_year: number;
            /** @description Dates that were tried; null: never. */
            dates: {
                [key: string]: string | null;
            };
            /** @description Annual rate, a share, as appraisals state it. */
            discount_rate_per_year: number;
            /**
             * Format: date
             * @description Last day that is counted.
             */
            horizon: string;
            /** @description Change of all countries together, and what is saved. */
            net: number;
            /**
             * Format: date
             * @description Day to which it is discounted.
             */
            on: string;
            /**
             * @description What is spent less, by later dates, MUSD present value; null: nobody states a
             * cost.
             */
            saved: number | null;
            /** @description MUSD present value. */
            unit: string;
        };
        /** @description What made an agreement enter into force. */
        Trigger: {
            /**
             * Format: date
             * @description Day on which the last condition was met.
             */
            date: string;
            /** @description Who met it; several with semicolons. */
            party: string;
        };
        /** @description V of a set of commitments. */
        Value: {
            /** @description Year of the prices. */
            base_year: number;
            /** @description country -> value */
            countries: {
                [key: string]: number;
            };
            /** @description The set. */
            delivered: string[];
            /** @description Share of it that rests on flows nobody records. */
            estimated_share: components["schemas"]["Rests"] | null;
            /** @description What it rests on. */
            notes: string[];
            /**
             * @description The part of it that is taxes and margins received; null: no dollar changes hands.
             */
            received: {
                [key: string]: number;
            } | null;
            /** @description What other restrictions than today's alone change; null: they are today's. */
            restriction_effect: {
                [key: string]: number;
            } | null;
            /** @description Ids of the restrictions in force. */
            restrictions: string[];
            /** @description MUSD/year. */
            unit: string;
            /** @description country -> value */
            user_gain: {
                [key: string]: number;
            };
            /**
             * @description What is turned away where capacity is stated; null: none is, of what the set
             * changes.
             */
            within_capacity: components["schemas"]["WithinCapacity"] | null;
        };
        /** @description Everything the page needs to value any date. */
        Values: {
            /** @description V of every set of dated commitments. */
            book: components["schemas"]["Book"];
            /** @description Whom to call, dearest day first. */
            calls: components["schemas"]["Call"][];
            /** @description Cost of a day's delay. */
            delay: components["schemas"]["Delay"];
            /** @description Why there are no newer ones; empty: nothing failed. */
            failed: string;
            /** @description Fingerprint of the data. */
            fingerprint: string;
            /** @description Drawn dates. */
            forecast: components["schemas"]["Forecast"];
            /**
             * Format: date-time
             * @description When the values were made.
             */
            made_at: string;
            /** @description Why a commitment has no value. */
            not_valued: {
                [key: string]: components["schemas"]["Said"];
            };
            /** @description What the values rest on. */
            notes: components["schemas"]["Said"][];
            /** @description Ids of the restrictions in force. */
            restrictions: string[];
            /** @description Shapley shares. */
            shares: components["schemas"]["SharesByCommitment"];
            /** @description Are they the last good ones, of data before the present? */
            stale: boolean;
            /**
             * @description What each needs or competes with: the other, MUSD a year beside nothing and beside
             * everything.
             */
            together: {
                [key: string]: [
                    string,
                    number,
                    number
                ][];
            };
            /**
             * @description Day from which a commitment that gains nothing alone begins to change a path;
             * empty: never.
             */
            why_zero: {
                [key: string]: string;
            };
        };
        /** @description Something that waits for the reader. */
        Waiting: {
            /** @description The commitment; empty: none in particular. */
            commitment: string;
            /**
             * @description The day asked for, reported, missed, proposed or of the letter, as precise as its
             * source (2026,
             *     2026-06 or a day); empty: none.
             */
            day: string;
            /** @description Days overdue; 0: not. */
            days: number;
            /** @description Address of the page on which it is dealt with. */
            href: string;
            /**
             * @description Id of the request, the report, the commitment or the proposal; of a letter its
             * addressee.
             */
            id: string;
            /**
             * @description A request to move a date, to be decided; a claim of delivery, to be verified; an
             * overdue commitment, to
             *     be reported on; rows that another person proposes, to be agreed to; a letter of the week.
             * @enum {string}
             */
            kind: "request" | "claim" | "report" | "proposal" | "letter";
            /** @description Who asks, owes or is written to; empty: nobody in particular. */
            party: string;
            /** @description Key of the programme. */
            programme: string;
            /** @description Title of the programme. */
            programme_title: string;
            /** @description Title of the commitment, reason of the proposal, subject of the letter. */
            title: string;
        };
        /** @description Drafts of a text that a person confirms, with what was corrected in them. */
        WantedDrafts: {
            /** @description agreement that they follow from */
            agreement: string;
            /** @default [] */
            corrections: components["schemas"]["Corrected"][];
            ids: string[];
            /** @default  */
            source: string;
        };
        /** @description A link to another resource (RFC 8288). */
        WebLink: {
            /** @description Its address. */
            href: string;
            /** @description What it is to this one. */
            rel: string;
            /** @description What it is, in words. */
            title: string;
            /** @description Its content type. */
            type: string;
        };
        /** @description A letter of the week to one office, as ``milepost remind`` would send it. */
        WeeklyLetter: {
            /** @description Office that it goes to. */
            addressee: string;
            /** @description Row of contacts that it is addressed by; empty: none. */
            contact: string;
            /**
             * Format: date
             * @description The letter day.
             */
            day: string;
            /** @description Language of its words: that of the office. */
            language: string;
            /** @description How it went; empty: not said. */
            means: string;
            /** @description Matters that it counts and does not tell. */
            more: number;
            /** @description Party of the office; empty: none in particular. */
            party: string;
            /** @description Who sent it; empty while it is due. */
            sent_by: string;
            /** @description Day it went out, as it is on record; null: it is due. */
            sent_on: string | null;
            /** @description Subject. */
            subject: string;
            /** @description Text, line by line. */
            text: string;
            /** @description Address; empty: none is on record, so that it cannot be sent. */
            to: string;
        };
        /** @description What users gain where added traffic is cut at stated capacities, MUSD a year. */
        WithinCapacity: {
            /** @description What is turned away most first. */
            elements: components["schemas"]["RoomThere"][];
            /** @description At most one commitment is full; else it is an approximation. */
            exact: boolean;
            /** @description All that is turned away, million tonnes a year. */
            turned_away_mt: number;
            /** @description country -> value */
            user_gain: {
                [key: string]: number;
            };
            /** @description country -> value */
            user_gain_uncut: {
                [key: string]: number;
            };
        };
        /** @description By year, MUSD, costs at prices of the economy. */
        YearlyStreams: {
            /** @description What all countries gain. */
            benefit: number[];
            /** @description Capital. */
            capital: number[];
            /** @description What is left at the end. */
            left: number[];
            /** @description Maintenance. */
            maintenance: number[];
            /** @description Benefit and what is left, less all costs. */
            net: number[];
            /** @description Operation. */
            operation: number[];
            /** @description Renewal. */
            renewal: number[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type AgreementRow = components['schemas']['AgreementRow'];
export type Appraisal = components['schemas']['Appraisal'];
export type AppraisalOfAll = components['schemas']['AppraisalOfAll'];
export type Appraisals = components['schemas']['Appraisals'];
export type Asked = components['schemas']['Asked'];
export type Band = components['schemas']['Band'];
export type BarOfTornado = components['schemas']['BarOfTornado'];
export type BestOpening = components['schemas']['BestOpening'];
export type BodyAcceptApiV1IntakeDraftsPost = components['schemas']['Body_accept_api_v1_intake_drafts_post'];
export type BodyBringWorkbookApiV1WorkbookPost = components['schemas']['Body_bring_workbook_api_v1_workbook_post'];
export type BodyKeepApiV1DocumentsPost = components['schemas']['Body_keep_api_v1_documents_post'];
export type BodyReadApiV1IntakePost = components['schemas']['Body_read_api_v1_intake_post'];
export type Book = components['schemas']['Book'];
export type Brought = components['schemas']['Brought'];
export type BySource = components['schemas']['BySource'];
export type CalibrationBin = components['schemas']['CalibrationBin'];
export type Call = components['schemas']['Call'];
export type CellEdit = components['schemas']['CellEdit'];
export type Chance = components['schemas']['Chance'];
export type Change = components['schemas']['Change'];
export type Changed = components['schemas']['Changed'];
export type Checked = components['schemas']['Checked'];
export type Collection = components['schemas']['Collection'];
export type Collections = components['schemas']['Collections'];
export type CommentRow = components['schemas']['CommentRow'];
export type Commitment = components['schemas']['Commitment'];
export type Computed = components['schemas']['Computed'];
export type Confirmation = components['schemas']['Confirmation'];
export type Conformance = components['schemas']['Conformance'];
export type Corrected = components['schemas']['Corrected'];
export type Country = components['schemas']['Country'];
export type CountryPaths = components['schemas']['CountryPaths'];
export type CountryValue = components['schemas']['CountryValue'];
export type Counts = components['schemas']['Counts'];
export type Crisis = components['schemas']['Crisis'];
export type DateChangeRow = components['schemas']['DateChangeRow'];
export type DateRequestRow = components['schemas']['DateRequestRow'];
export type DayOfDelay = components['schemas']['DayOfDelay'];
export type Decided = components['schemas']['Decided'];
export type Decision = components['schemas']['Decision'];
export type DecisionRow = components['schemas']['DecisionRow'];
export type Delay = components['schemas']['Delay'];
export type DifferentCell = components['schemas']['DifferentCell'];
export type DifferentRow = components['schemas']['DifferentRow'];
export type DraftOfText = components['schemas']['DraftOfText'];
export type Drawing = components['schemas']['Drawing'];
export type Drawn = components['schemas']['Drawn'];
export type DrawnLink = components['schemas']['DrawnLink'];
export type DrawnMark = components['schemas']['DrawnMark'];
export type DrawnNode = components['schemas']['DrawnNode'];
export type DrawnTogether = components['schemas']['DrawnTogether'];
export type Edited = components['schemas']['Edited'];
export type Edits = components['schemas']['Edits'];
export type EffectRow = components['schemas']['EffectRow'];
export type EndedSessions = components['schemas']['EndedSessions'];
export type EntryOfChain = components['schemas']['EntryOfChain'];
export type EvidenceRow = components['schemas']['EvidenceRow'];
export type Extent = components['schemas']['Extent'];
export type Fault = components['schemas']['Fault'];
export type Feed = components['schemas']['Feed'];
export type Financial = components['schemas']['Financial'];
export type FindingOf = components['schemas']['FindingOf'];
export type Firmness = components['schemas']['Firmness'];
export type FlowError = components['schemas']['FlowError'];
export type Flows = components['schemas']['Flows'];
export type Force = components['schemas']['Force'];
export type ForceOfParty = components['schemas']['ForceOfParty'];
export type Forecast = components['schemas']['Forecast'];
export type ForecastOf = components['schemas']['ForecastOf'];
export type FurtherOfPlan = components['schemas']['FurtherOfPlan'];
export type GeoJson = components['schemas']['GeoJson'];
export type Gravity = components['schemas']['Gravity'];
export type GravityFit = components['schemas']['GravityFit'];
export type Headline = components['schemas']['Headline'];
export type HeadlinePath = components['schemas']['HeadlinePath'];
export type HowWell = components['schemas']['HowWell'];
export type IntervalOfSet = components['schemas']['IntervalOfSet'];
export type Intervals = components['schemas']['Intervals'];
export type JobState = components['schemas']['JobState'];
export type Kept = components['schemas']['Kept'];
export type KeptDocument = components['schemas']['KeptDocument'];
export type KeptForecasts = components['schemas']['KeptForecasts'];
export type Landing = components['schemas']['Landing'];
export type Leg = components['schemas']['Leg'];
export type LimitOfPlan = components['schemas']['LimitOfPlan'];
export type Link = components['schemas']['Link'];
export type LoanOf = components['schemas']['LoanOf'];
export type MeetingRow = components['schemas']['MeetingRow'];
export type Messages = components['schemas']['Messages'];
export type Milestone = components['schemas']['Milestone'];
export type Model = components['schemas']['Model'];
export type MovedDates = components['schemas']['MovedDates'];
export type Near = components['schemas']['Near'];
export type Network = components['schemas']['Network'];
export type NewComment = components['schemas']['NewComment'];
export type NewEvidence = components['schemas']['NewEvidence'];
export type NewForecasts = components['schemas']['NewForecasts'];
export type NewJob = components['schemas']['NewJob'];
export type NewMeeting = components['schemas']['NewMeeting'];
export type NewPasskey = components['schemas']['NewPasskey'];
export type NewRequest = components['schemas']['NewRequest'];
export type NewSentLetter = components['schemas']['NewSentLetter'];
export type NewView = components['schemas']['NewView'];
export type Node = components['schemas']['Node'];
export type NoPath = components['schemas']['NoPath'];
export type NotDrawn = components['schemas']['NotDrawn'];
export type OffACrisis = components['schemas']['OffACrisis'];
export type OpenedByPlan = components['schemas']['OpenedByPlan'];
export type OpenSession = components['schemas']['OpenSession'];
export type OpenSessions = components['schemas']['OpenSessions'];
export type OwnPasskeys = components['schemas']['OwnPasskeys'];
export type Pace = components['schemas']['Pace'];
export type ParamRow = components['schemas']['ParamRow'];
export type PartnerPath = components['schemas']['PartnerPath'];
export type Party = components['schemas']['Party'];
export type Passkey = components['schemas']['Passkey'];
export type PasskeyOptions = components['schemas']['PasskeyOptions'];
export type Path = components['schemas']['Path'];
export type PathsBetween = components['schemas']['PathsBetween'];
export type PathShare = components['schemas']['PathShare'];
export type PathSums = components['schemas']['PathSums'];
export type PlanOf = components['schemas']['PlanOf'];
export type Plans = components['schemas']['Plans'];
export type Programme = components['schemas']['Programme'];
export type ProgrammeAtAGlance = components['schemas']['ProgrammeAtAGlance'];
export type Progress = components['schemas']['Progress'];
export type Proposal = components['schemas']['Proposal'];
export type PurseOf = components['schemas']['PurseOf'];
export type Quantiles = components['schemas']['Quantiles'];
export type RateOfReturn = components['schemas']['RateOfReturn'];
export type RatesDrawn = components['schemas']['RatesDrawn'];
export type ReadText = components['schemas']['ReadText'];
export type Recorded = components['schemas']['Recorded'];
export type Register = components['schemas']['Register'];
export type Resilience = components['schemas']['Resilience'];
export type RestrictionRow = components['schemas']['RestrictionRow'];
export type Rests = components['schemas']['Rests'];
export type RiskOf = components['schemas']['RiskOf'];
export type RivalOfPlan = components['schemas']['RivalOfPlan'];
export type RoomThere = components['schemas']['RoomThere'];
export type RouteRow = components['schemas']['RouteRow'];
export type RowOfTable = components['schemas']['RowOfTable'];
export type Said = components['schemas']['Said'];
export type Score = components['schemas']['Score'];
export type ScoredForecast = components['schemas']['ScoredForecast'];
export type SecondPath = components['schemas']['SecondPath'];
export type Session = components['schemas']['Session'];
export type SharesByCommitment = components['schemas']['SharesByCommitment'];
export type SignedOut = components['schemas']['SignedOut'];
export type SignIn = components['schemas']['SignIn'];
export type SignInByPasskey = components['schemas']['SignInByPasskey'];
export type Spatial = components['schemas']['Spatial'];
export type SpendingByDate = components['schemas']['SpendingByDate'];
export type Status = components['schemas']['Status'];
export type SwitchingValues = components['schemas']['SwitchingValues'];
export type TableNames = components['schemas']['TableNames'];
export type Timetable = components['schemas']['Timetable'];
export type Told = components['schemas']['Told'];
export type Trial = components['schemas']['Trial'];
export type Trigger = components['schemas']['Trigger'];
export type Value = components['schemas']['Value'];
export type Values = components['schemas']['Values'];
export type Waiting = components['schemas']['Waiting'];
export type WantedDrafts = components['schemas']['WantedDrafts'];
export type WebLink = components['schemas']['WebLink'];
export type WeeklyLetter = components['schemas']['WeeklyLetter'];
export type WithinCapacity = components['schemas']['WithinCapacity'];
export type YearlyStreams = components['schemas']['YearlyStreams'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
