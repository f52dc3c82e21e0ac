import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { columnOf, digitsOf, mostDigits } from "../src/charts/columns";
import { byWorth, costliest, dated, ofAllDays } from "../src/charts/headline";
import { countOf, inboxOf } from "../src/charts/inbox";
import { chosen, toggled } from "../src/charts/list";
import { barsOf, drawable, escaped, fileName, framed, lines } from "../src/charts/picture";
import { offered } from "../src/charts/report";
import { found, stepTo, type Entry } from "../src/charts/search";
import { matching, orderOf, sortedBy, turned } from "../src/charts/table";
import type { Commitment, Party } from "../src/types";
import { numbers } from "./numbers";

const told = { title: "A & B", source: "from <there>", date: "today", rtl: false };

describe("numbers of a column", () => {
  it("keep three significant digits of the largest, and never more than three", () => {
    expect(columnOf([1073, 98.3, 0.0458])).toMatchObject({ room: 2 });
    expect(digitsOf(98.34, 4)).toBe(1);
    expect(digitsOf(999.96, 4)).toBe(0);
    expect(digitsOf(0.04579, 9)).toBe(4);
    expect(mostDigits([0.5])).toBe(5);
    expect(mostDigits([])).toBe(0);
    expect(columnOf([null, undefined, NaN, 0])).toMatchObject({ room: 0 });
  });

  it("stand with their points below one another: digits and room after each add up", () => {
    const next = numbers(11);
    for (let k = 0; k < 300; k += 1) {
      const values = Array.from({ length: 6 }, () => (next() - 0.5) * 10 ** (next() * 9 - 4));
      const { digits, room } = columnOf(values);
      for (const v of values) {
        expect(digits(v)).toBeLessThanOrEqual(room);
        const size = Math.abs(v);
        if (size >= 10 ** -room) expect(Number(v.toFixed(digits(v))) / v).toBeCloseTo(1, 0);
      }
      expect(Math.max(...values.map(digits))).toBe(room);
    }
  });
});

describe("rows of a table", () => {
  const rows = [
    { name: "Rasht–Astara", n: 3 },
    { name: "Élan", n: null },
    { name: "Astara terminal", n: -1 },
  ];

  it("are found by every word, without case and marks", () => {
    const texts = (r: (typeof rows)[0]) => [r.name, r.n];
    expect(matching(rows, "ASTARA", texts)).toHaveLength(2);
    expect(matching(rows, "astara term", texts)).toEqual([rows[2]]);
    expect(matching(rows, "elan", texts)).toEqual([rows[1]]);
    expect(matching(rows, "  ", texts)).toEqual(rows);
  });

  it("are sorted either way, empty cells last in both, and kept otherwise", () => {
    const by = (down: boolean) => sortedBy(rows, (r) => r.n, down).map((r) => r.n);
    expect(by(true)).toEqual([3, -1, null]);
    expect(by(false)).toEqual([-1, 3, null]);
    expect(sortedBy(["C10", "C2"], (c) => c, false)).toEqual(["C2", "C10"]);
    const next = numbers(12);
    const many = Array.from({ length: 99 }, (_, id) => ({ id, v: Math.floor(next() * 9) }));
    const sorted = sortedBy(many, (r) => r.v, true);
    for (const [k, r] of sorted.entries()) {
      const before = sorted[k - 1];
      if (before) expect(before.v > r.v || (before.v === r.v && before.id < r.id)).toBe(true);
    }
  });

  it("turn with each click on a head", () => {
    expect(orderOf("cost")).toEqual({ key: "cost", down: true });
    expect(turned("cost", "cost", "down")).toBe("-cost");
    expect(turned("-cost", "cost", "down")).toBe("cost");
    expect(turned("cost", "id", "up")).toBe("-id");
  });

  it("have the columns that were chosen, in their own order, one at least", () => {
    const all = ["a", "b", "c"].map((key) => ({ key, first: key !== "c" }));
    const keys = (text: string) => chosen(all, text).map((c) => c.key);
    expect(keys("")).toEqual(["a", "b"]);
    expect(keys("c.a.what")).toEqual(["a", "c"]);
    expect(toggled(all, "", "c")).toBe("a.b.c");
    expect(toggled(all, "a.b.c", "c")).toBe("");
    expect(toggled(all, "a", "a")).toBe("a");
  });
});

describe("search over everything", () => {
  const entry = (text: string, more = ""): Entry => ({
    kind: "x",
    page: "p",
    item: "",
    text,
    more,
  });
  const all = [
    entry("C10 Astara"),
    entry("Baku", "port of Astara"),
    entry("Astara"),
    entry("Riga"),
  ];

  it("shows what begins so before what holds it, and nothing that lacks a word", () => {
    expect(found(all, "astara").map((e) => e.text)).toEqual(["C10 Astara", "Astara", "Baku"]);
    expect(found(all, "port astara").map((e) => e.text)).toEqual(["Baku"]);
    expect(found(all, "nowhere")).toEqual([]);
    expect(found(all, "", 2)).toHaveLength(2);
  });

  it("steps round its list", () => {
    expect(stepTo("ArrowDown", 2, 3)).toBe(0);
    expect(stepTo("ArrowUp", 0, 3)).toBe(2);
    expect(stepTo("End", 0, 3)).toBe(2);
    expect(stepTo("x", 0, 3)).toBeNull();
    expect(stepTo("ArrowDown", 0, 0)).toBeNull();
  });
});

describe("the first view", () => {
  const delay = {
    commitments: { A: { all: 3, X: 2, Y: 1, Z: -1 }, B: { all: 5, X: 5 } },
    net: { B: 1 },
  };
  it("names the costliest delay by its net, and who bears it", () => {
    expect(costliest(delay)).toEqual({ id: "A", net: 3, bear: ["X", "Y"] });
    expect(ofAllDays(delay)).toEqual({ lost: 8, net: 4 });
    expect(costliest({ commitments: {}, net: {} })).toBeNull();
  });

  it("ranks by worth to all, and parts overdue from what is next", () => {
    expect(byWorth({ commitments: { A: [1, -3], B: [2, 2] } }).map((r) => r.id)).toEqual([
      "B",
      "A",
    ]);
    const c = (due: string | null, overdue_days: number, closed = false) => ({
      due,
      overdue_days,
      closed,
    });
    const rows = [c("2030-01-01", 0), c("2026-01-01", 9), c("2027-01-01", 0), c(null, 0)];
    const { overdue, next } = dated([...rows, c("2020-01-01", 5, true), c("2025-01-01", 40)]);
    expect(overdue.map((r) => r.overdue_days)).toEqual([40, 9]);
    expect(next.map((r) => r.due)).toEqual(["2027-01-01", "2030-01-01"]);
  });
});

describe("a figure as a picture", () => {
  it("has its title, its source and its date, and nothing that is no XML", () => {
    const svg = framed("<rect/>", 400, 200, told);
    expect(svg).toContain("A &amp; B");
    expect(svg).toContain("from &lt;there&gt;");
    expect(svg).toContain("today");
    expect(escaped('a\u0000<"&')).toBe("a&lt;&quot;&amp;");
  });

  it("draws bars from zero, in either direction of reading, on its sheet", () => {
    const rows = [3, -2, 0].map((value, k) => ({ name: `n${k}`, value, label: String(value) }));
    for (const rtl of [false, true]) {
      const svg = barsOf(rows, { ...told, rtl });
      const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)"/g)].map((m) => [
        Number(m[1]),
        Number(m[1]) + Number(m[2]),
      ]);
      const zero = Number(/<line x1="([\d.]+)"/.exec(svg)?.[1]);
      expect(bars).toHaveLength(3);
      expect(bars[0]?.[rtl ? 1 : 0]).toBeCloseTo(zero, 0);
      expect(bars[1]?.[rtl ? 0 : 1]).toBeCloseTo(zero, 0);
      for (const [a, b] of bars) {
        expect(a).toBeGreaterThanOrEqual(0);
        expect(b).toBeLessThanOrEqual(900);
      }
    }
  });

  it("takes its bars out of a table: names, and the first column of numbers", () => {
    const label = (v: number): string => `${v}!`;
    expect(drawable([["A", "Alpha", 2, 9]], label)).toEqual([
      { name: "A Alpha", value: 2, label: "2!" },
    ]);
    expect(
      drawable(
        [
          ["A", ""],
          ["B", ""],
        ],
        label,
      ),
    ).toEqual([]);
    expect(drawable([], label)).toEqual([]);
    expect(
      drawable(
        [
          ["A", ""],
          ["B", 1],
        ],
        label,
      ),
    ).toEqual([{ name: "B", value: 1, label: "1!" }]);
  });

  it("breaks its source into lines that fit, and names its file", () => {
    const text = "word ".repeat(60) + "x".repeat(99);
    for (const line of lines(text, 30)) expect(line.length).toBeLessThanOrEqual(30);
    expect(lines("a b", 30)).toEqual(["a b"]);
    expect(fileName("What? By 2030!")).toBe("What-By-2030");
    expect(fileName("???")).toBe("figure");
    expect(fileName("نقشه")).toBe("نقشه");
  });
});

describe("what waits for a reader", () => {
  const c = {
    id: "C1",
    closed: false,
    overdue_days: 9,
    owed_by: ["AAA"],
    requests: [
      { id: "R1", digest: "", asked_by: "AAA", decision: "" },
      { id: "R2", digest: "", asked_by: "AAA", decision: "granted" },
    ],
    evidence: [
      { id: "E1", digest: "", shows: "delivered" },
      { id: "E2", digest: "", shows: "delivered", meets_test: "yes" },
      { id: "E3", digest: "", shows: "progress" },
    ],
  } as unknown as Commitment;
  const of = (party: string, ...acts: string[]) =>
    inboxOf([c], { party, may: (act) => acts.includes(act), parties: [union] });
  const union = { id: "UUU", members: ["CCC"] } as unknown as Party;

  it("is only what this one may do", () => {
    expect(countOf(of(""))).toBe(0);
    expect(of("", "decide").requests.map((r) => r.row.id)).toEqual(["R1"]);
    expect(of("", "confirm").claims.map((r) => r.row.id)).toEqual(["E1"]);
    expect(of("AAA", "report").reports).toHaveLength(1);
    expect(of("BBB", "report").reports).toHaveLength(0);
  });

  it("is not decided by who asked", () => {
    expect(of("AAA", "decide").requests).toEqual([]);
    expect(of("BBB", "decide").requests).toHaveLength(1);
  });

  it("has what a union owes, for its members", () => {
    c.owed_by = ["UUU"];
    expect(of("CCC", "report").reports).toHaveLength(1);
    expect(of("BBB", "report").reports).toHaveLength(0);
    c.owed_by = ["AAA"];
  });

  it("offers of a report just what the server takes", () => {
    const { commitments, may, parties } = JSON.parse(
      readFileSync(new URL("./reports.json", import.meta.url), "utf8"),
    ) as {
      commitments: Commitment[];
      parties: Party[];
      may: { role: string; party: string; commitment: string; taken: [string, string][] }[];
    };
    expect(may.length).toBeGreaterThan(100);
    for (const one of may) {
      const about = commitments.find((x) => x.id === one.commitment);
      if (!about) throw new Error(one.commitment);
      const { shows, standings } = offered(about, one, parties);
      const told = shows.flatMap((s) => standings.map((w) => `${s}, ${w}`));
      expect(told.sort(), JSON.stringify(one)).toEqual(
        one.taken.map((pair) => pair.join(", ")).sort(),
      );
    }
  });

  it("offers of a report what the writer may say", () => {
    const to = (role: string, party: string) => offered(c, { role, party }, [union]);
    expect(to("focal point", "AAA").standings).toEqual(["owner", "unknown"]);
    expect(to("focal point", "AAA").shows).toContain("delivered");
    expect(to("approver", "BBB")).toMatchObject({
      shows: ["context", "started", "progress"],
      disputes: true,
    });
    expect(to("verifier", "").standings).toEqual(["outside", "unknown"]);
    expect(to("local", "").standings).toContain("owner");
    expect(
      offered({ ...c, evidence: [] }, { role: "focal point", party: "BBB" }, []).shows,
    ).toEqual([]);
  });
});
