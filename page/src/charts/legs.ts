/** What happens at a node, as the network tells it in English, by messages that say it in any language. */

/** How what the network writes begins, and its message. */
const TOLD: [string, string][] = [
  ["loading at the port,", "leg-loading-port"],
  ["unloading at the port,", "leg-unloading-port"],
  ["loading,", "leg-loading"],
  ["unloading,", "leg-unloading"],
  ["handling rail to ", "leg-handling-rail"],
  ["handling road to ", "leg-handling-road"],
  ["handling sea to ", "leg-handling-sea"],
  ["handling ferry to ", "leg-handling-ferry"],
  ["handling river to ", "leg-handling-river"],
  ["change of gauge ", "leg-gauge"],
  ["transshipment", "leg-transshipment"],
  ["passes", "leg-passes"],
  ["pass", "leg-crossing"],
];

/** The message for it; nothing for other words. Mode and queue stand in columns of their own. */
export const messageOf = (what: string): string =>
  TOLD.find(([begins]) => what.startsWith(begins))?.[1] ?? "";
