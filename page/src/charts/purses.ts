/** Who pays and who gains by an appraisal, the largest first. */

/** Present values of one country or payer, MUSD. */
export interface Purse {
  benefit: number;
  own_money: number;
  debt_service: number;
  net: number;
}
export interface Amount {
  who: string;
  musd: number;
}

const largest = (who: Record<string, Purse>, of: (p: Purse) => number, least: number): Amount[] =>
  Object.entries(who)
    .map(([name, purse]) => ({ who: name, musd: of(purse) }))
    .filter((a) => a.musd > least)
    .sort((a, b) => b.musd - a.musd);

/** Own money and debt service, before what is gained. */
export const payers = (who: Record<string, Purse>, least = 1e-6): Amount[] =>
  largest(who, (p) => p.own_money + p.debt_service, least);

/** What is gained, before what is paid. */
export const gainers = (who: Record<string, Purse>, least = 1e-6): Amount[] =>
  largest(who, (p) => p.benefit, least);
