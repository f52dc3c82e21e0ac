/** What colours and widths of the map tell, and the samples that its legend shows of them. */
import { widthOf } from "./map";

/** What the colour of a link tells. */
export const COLOURED_BY = ["mode", "gauge", "use"] as const;
export type ColouredBy = (typeof COLOURED_BY)[number];

const GAUGES: Record<number, string> = {
  1435: "#1f4e79",
  1520: "#b3541e",
  1676: "#5b7f2a",
  1668: "#2a7f78",
  1067: "#7b3f8c",
  1000: "#a23b72",
};
const OTHER = "#7d8790";
/** Upper ends of the classes of use of capacity, with their colours. */
export const USES: { below: number; colour: string }[] = [
  { below: 0.5, colour: "#7fb3a6" },
  { below: 0.8, colour: "#d9b44a" },
  { below: 1, colour: "#d9772b" },
  { below: Infinity, colour: "#a3261d" },
];

interface Coloured {
  gauge_mm: number | null;
  use: number | null;
}

/** The colour of a link by gauge or by use of its capacity; null: as its mode has it. */
export function colourOf(by: string, link: Coloured | undefined): string | null {
  if (by === "gauge") return link?.gauge_mm ? (GAUGES[link.gauge_mm] ?? OTHER) : "#c3cad0";
  if (by === "use") {
    const use = link?.use ?? null;
    return use === null ? "#c3cad0" : (USES.find((u) => use < u.below)?.colour ?? OTHER);
  }
  return null;
}

/** The gauges that some links have, with their colours and how many links have them, most first. */
export function gaugesOf(links: Coloured[]): { gauge: number; colour: string; count: number }[] {
  const counts = new Map<number, number>();
  for (const { gauge_mm } of links)
    if (gauge_mm) counts.set(gauge_mm, (counts.get(gauge_mm) ?? 0) + 1);
  return [...counts]
    .map(([gauge, count]) => ({ gauge, count, colour: GAUGES[gauge] ?? OTHER }))
    .sort((a, b) => b.count - a.count);
}

interface Railed {
  from_node: string;
  to_node: string;
  gauge_mm: number | null;
}

/** Nodes at which railways of two gauges meet. */
export function breaksOfGauge(links: Railed[]): Set<string> {
  const first = new Map<string, number>();
  const found = new Set<string>();
  for (const { from_node, to_node, gauge_mm } of links)
    for (const node of gauge_mm ? [from_node, to_node] : []) {
      const held = first.get(node);
      if (held === undefined) first.set(node, gauge_mm ?? 0);
      else if (held !== gauge_mm) found.add(node);
    }
  return found;
}

/** A number with one significant digit that is not above another. */
function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return Math.floor(value / power + 1e-9) * power;
}

/** Widths that a legend shows: round tonnes and how wide they are drawn, the widest first. */
export function widthSamples(most: number): { tonnes: number; width: number }[] {
  if (!(most > 0)) return [];
  return [most, most / 4, most / 25].flatMap((t) => {
    const tonnes = roundBelow(t);
    const width = widthOf(tonnes, most);
    return width === null ? [] : [{ tonnes, width }];
  });
}
