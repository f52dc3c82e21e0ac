import { describe, expect, it } from "vitest";
import { read, written, type Chosen } from "../src/address.svelte";
import {
  answers,
  crisesOf,
  differences,
  jobOf,
  foldedOf,
  netsOf,
  numberOf,
  type Opens,
  type Wanted,
} from "../src/charts/plan";
import { numbers } from "./numbers";

const NOTHING: Wanted = {
  budget: "",
  span: "all",
  aim: "largest",
  reach: "",
  rate: "",
  until: "",
};

describe("what a plan is asked", () => {
  it("asks for nothing that was not chosen", () => {
    expect(jobOf(NOTHING)).toEqual({
      kind: "plan",
      budget: "",
      rate: null,
      until: null,
      reach_musd: null,
    });
  });

  it("writes a budget for all years or for each, and a rate as a share", () => {
    const job = jobOf({ ...NOTHING, budget: "1200.5", span: "each", rate: "8", until: "2031" });
    expect(job).toMatchObject({ budget: "1200.5/y", rate: 0.08, until: 2031 });
    expect(jobOf({ ...NOTHING, budget: "0" }).budget).toBe("0");
    expect(jobOf({ ...NOTHING, budget: "much" }).budget).toBe("");
  });

  it("asks for a value to reach only where that is the objective", () => {
    const wanted = { ...NOTHING, reach: "500" };
    expect(jobOf(wanted).reach_musd).toBeNull();
    expect(jobOf({ ...wanted, aim: "least cost" }).reach_musd).toBe(500);
  });

  it("is answered by what asked the same, whatever the objective, but for a value to reach", () => {
    const wanted = { ...NOTHING, budget: "100", reach: "500" };
    const cheap = jobOf({ ...wanted, aim: "least cost" });
    expect(answers(null, cheap)).toBe(false);
    expect(answers(cheap, jobOf(wanted))).toBe(true);
    expect(answers(jobOf(wanted), jobOf({ ...wanted, aim: "no member worse off" }))).toBe(true);
    expect(answers(jobOf(wanted), cheap)).toBe(false);
    expect(answers(cheap, jobOf({ ...wanted, aim: "least cost", reach: "600" }))).toBe(false);
    for (const other of [
      { budget: "101" },
      { span: "each" },
      { rate: "3" },
      { until: "2030" },
    ] as const)
      expect(answers(jobOf(wanted), jobOf({ ...wanted, ...other }))).toBe(false);
  });

  it("reads numbers as they are typed, and nothing else", () => {
    expect([" 5,5 ", "-3", "0", "1e3"].map(numberOf)).toEqual([5.5, -3, 0, 1000]);
    expect(["", "  ", "x", "1/0", "Infinity"].map(numberOf)).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });

  it("stands in the address, there and back", () => {
    const chosen: Chosen = {
      page: "plan",
      item: "",
      lang: "en",
      known: "",
      asOf: null,
      moves: {},
      picks: { budget: "300", span: "each", aim: "no member worse off", rate: "9", until: "2030" },
    };
    expect(read(written(chosen), "en")).toEqual(chosen);
  });
});

describe("two plans", () => {
  const next = numbers(57);
  const some = (): Opens => {
    const ids = ["A", "B", "C", "D", "E"].filter(() => next() < 0.6);
    return Object.fromEntries(ids.map((id) => [id, `20${27 + Math.floor(next() * 3)}-01-01`]));
  };

  it("differ in what one needs to change the one into the other", () => {
    let looked = 0;
    for (let k = 0; k < 300; k += 1) {
      const [one, other] = [some(), some()];
      const { without, more, moved } = differences(one, other);
      const kept = Object.entries(one).filter(([id]) => !without.includes(id));
      for (const { id } of more) expect(one[id]).toBeUndefined();
      for (const { id, from } of moved) expect(one[id]).toBe(from);
      const changed = [...more, ...moved].map(({ id, to }) => [id, to] as const);
      const made = { ...Object.fromEntries(kept), ...Object.fromEntries(changed) };
      expect(made).toEqual(other);
      looked += without.length + more.length + moved.length;
    }
    expect(looked).toBeGreaterThan(500);
  });

  it("are the same where nothing differs", () => {
    const one = some();
    expect(differences(one, { ...one })).toEqual({ without: [], more: [], moved: [] });
  });
});

describe("who gains and who pays", () => {
  it("are told most first, without those whom it leaves as they are", () => {
    const nets = netsOf({ A: -2, B: 5, C: 0, D: 1e-12, E: 0.5 });
    expect(nets.map((n) => n.who)).toEqual(["B", "E", "A"]);
  });
});

describe("small ones", () => {
  it("are one sum, and nothing is lost", () => {
    const next = numbers(3);
    let folded = 0;
    for (let k = 0; k < 200; k += 1) {
      const n = Math.floor(next() * 12);
      const nets = Array.from({ length: n }, (_, j) => ({
        who: `c${j}`,
        musd: (next() - 0.5) * 10 ** (next() * 6),
      }));
      const { shown, others } = foldedOf(nets);
      const whole = nets.reduce((s, x) => s + x.musd, 0);
      const told = shown.reduce((s, x) => s + x.musd, 0) + others.musd;
      expect(Math.abs(whole - told)).toBeLessThan(1e-6);
      expect(shown.length + others.count).toBe(n);
      expect(others.count).not.toBe(1);
      folded += others.count;
    }
    expect(folded).toBeGreaterThan(100);
  });
});

describe("crises", () => {
  it("are those with a chance and a length; percent become shares", () => {
    const job = crisesOf({
      X1: { percent: "30", days: "70" },
      X2: { percent: "", days: "5" },
      X3: { percent: "10", days: "" },
      X4: { percent: "0", days: "1" },
    });
    expect(job.kind).toBe("resilience");
    expect(Object.keys(job.risks)).toEqual(["X1", "X4"]);
    expect(job.risks.X1).toEqual({ probability_per_year: 0.3, length_days: 70 });
  });
});
