import { expect, test } from "vitest";
import { messageOf } from "../src/charts/legs";

test("what the network does at a node has a message", () => {
  for (const [what, key] of [
    ["loading, rail", "leg-loading"],
    ["unloading at the port, sea; queue 3.2 h", "leg-unloading-port"],
    ["handling sea to road", "leg-handling-sea"],
    ["change of gauge 1435 to 1520 mm", "leg-gauge"],
    ["passage", "leg-crossing"],
    ["transshipment; queue 12 h", "leg-transshipment"],
    ["passes", "leg-passes"],
    ["a word of somebody else", ""],
  ] as const)
    expect(messageOf(what)).toBe(key);
});
