/** Shapes of what the API answers, as far as the page reads them. */
import type { BookJson } from './book';

export interface Session {
  signed_in: boolean;
  name: string;
  role: string;
  party: string;
  csrf: string;
  teams: boolean;
  oidc: boolean;
  may: string[];
}
/** A sentence made by Python: its English text, and the message it was made from. */
export interface Said {
  text: string;
  key: string;
  values: Record<string, string | number>;
}
export interface Programme {
  title: string;
  summary: string;
  day: string;
  base_year: number;
  horizon: string;
  discount_rate_per_year: number;
  model: string;
  disclaimer: string;
  fingerprint: string;
  commitments: number;
  entries: number;
  root: string;
  version: string;
  known_on: string | null;
  findings: { file: string; line: number; column: string; message: string; remedy: string }[];
  can_edit: boolean;
  limits: (Said | string)[];
  reasons: string[];
  decided_by: string;
}
export interface Status {
  delivery: string;
  timing: string;
  flags: string[];
  missing: string[];
  first_promised: string | null;
  latest_promised: string | null;
  delivered_on: string | null;
  promises: number;
  slip_days: number | null;
  days_late: number;
  last_reported: string | null;
}
export interface Row {
  id: string;
  digest: string;
  [column: string]: unknown;
}
export interface Commitment extends Row {
  title: string;
  text?: string;
  agreement: string;
  owed_by: string[];
  kind: string;
  acceptance_test?: string;
  status: Status;
  closed: boolean;
  due: string | null;
  overdue_days: number;
  places: string[];
  valued_effects: number;
  effects: Row[];
  promises: Row[];
  requests: Row[];
  evidence: Row[];
  milestones: (Row & { title: string; status: Status | null })[];
  waits_for: string[];
  holds_up: string[];
}
export interface Register {
  commitments: Commitment[];
  headline: Record<string, unknown>;
  parties: { id: string; name: string; kind: string; members: string[]; iso2: string }[];
  countries: { id: string; name: string; gdp_usd_m: number; iso2: string }[];
  agreements: (Row & { title: string })[];
  meetings: (Row & { title: string; body: string; date?: string })[];
  restrictions: Row[];
  routes: Row[];
}
export interface Link {
  id: string;
  from_name: string;
  to_name: string;
  mode: string;
  km: number;
  state: string;
  today: 'open' | 'promised' | 'closed';
  closed_by: string[];
  hours: number;
  usd_per_t: { bulk: number; general: number; containers: number };
  capacity_mt_per_year: number | null;
  load_mt_per_year: number | null;
  opened_by: string[];
  commitments: string[];
  basis?: string;
  source?: string;
  note?: string;
}
export interface Network {
  svg: string;
  links: Link[];
  nodes: { id: string; name: string; country: string; lat: number; lon: number; kind: string; commitments: string[] }[];
}
export interface Values {
  book: BookJson;
  delay: { commitments: Record<string, Record<string, number>> };
  shares: { commitments: Record<string, number[]>; countries: string[]; total: number[]; method: string };
  forecast: {
    commitments: Record<string, { p10: string; p50: string; p80: string; p95: string; on_time: number | null; basis: string }>;
    left_out: Record<string, Said | string>;
    draws: number;
    seed: number;
  };
  not_valued: Record<string, Said | string>;
  why_zero: Record<string, string>;
  together: Record<string, [string, number, number][]>;
  notes: (Said | string)[];
  restrictions: string[];
  made_at: string;
  stale: boolean;
  failed: string;
}
export interface Band {
  p5: number;
  p50: number;
  p95: number;
}
export interface Intervals {
  draws: number;
  seed: number;
  total: Record<string, Band>;
  delay_of_a_day: Record<string, Band>;
}
export interface PathSums {
  days: number;
  usd_per_t: number;
  km: number;
}
export interface PartnerPath {
  partner: string;
  from_node: string;
  to_node: string;
  trade_musd: number;
  today: PathSums | null;
  then: PathSums | null;
}
export interface Model {
  params: (Row & { name: string; applies_to: string; value: number; low: number | null; high: number | null })[];
  rows_by_basis: Record<string, Record<string, number>>;
  routes: { id: string; title: string; sample: string; published_days: [number, number]; model_days: number; uncalibrated_days: number; error_days: number }[];
  routes_without_way: string[];
  median_error_days: Record<string, { model: number | null; uncalibrated: number | null }>;
  gravity: Record<string, unknown> | null;
}
export interface Way {
  none?: string;
  links?: string[];
  km?: number;
  days?: number;
  usd_per_t?: number;
  legs?: { mode: string; from_name: string; to_name: string; km: number; hours: number; wait_hours: number; usd_per_t: number; what: string; row: string }[];
}
export interface RoutePair {
  best?: boolean;
  id: string;
  title: string;
  published_days: (number | null)[];
  today: Way;
  then: Way;
}
export interface Scenario {
  name: string;
  moves: Record<string, number | null>;
}
