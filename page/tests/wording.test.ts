import { describe, expect, it } from "vitest";
import type { Network, Programme, Register } from "../src/types";
import { aboutIn, networkIn, noteIn, registerIn } from "../src/wording";

const register = {
  language: "en",
  texts: {
    fa: {
      commitments: { R1: { title: "راه‌آهن" } },
      nodes: { VALE: { name: "دره" } },
    },
  },
  commitments: [
    { id: "R1", title: "Railway", acceptance_test: "", milestones: [], decisions: [] },
    {
      id: "R2",
      title: "Road",
      acceptance_test: "",
      milestones: [{ id: "m", title: "Land" }],
      decisions: [],
    },
  ],
  agreements: [],
  meetings: [],
  restrictions: [],
  routes: [],
} as unknown as Register;

describe("texts in the reader's language", () => {
  it("stay as they are in the language of the tables", () => {
    expect(registerIn(register, "en")).toBe(register);
  });

  it("are those of the register, and what is missing bears a mark", () => {
    const said = registerIn(register, "fa").commitments;
    expect(said.map((c) => c.title)).toEqual(["راه‌آهن", "Road [en]"]);
    expect(said[1]?.milestones.map((m) => m["title" as keyof typeof m])).toEqual(["Land [en]"]);
    expect(said[0]?.acceptance_test).toBe("");
    expect(registerIn(register, "ru").commitments[0]?.title).toBe("Railway [en]");
  });

  it("name restrictions in a note of the model, and leave other notes as they are", () => {
    const note = {
      text: "With X1 (Ice (in winter)), X2 (Fog).",
      key: "note-restrictions",
      values: { names: "X1 (Ice (in winter)), X2 (Fog)" },
    };
    const own = [
      { id: "X1", title: "Ice (in winter)" },
      { id: "X2", title: "Fog" },
    ];
    const told = [{ id: "X1", title: "یخ $&" }];
    expect(noteIn(note, own, told).values["names"]).toBe("X1 (یخ $&), X2 (Fog)");
    expect(noteIn({ ...note, key: "note-held" }, own, told).values["names"]).toBe(
      note.values.names,
    );
  });

  it("bear no mark where they are written in the reader's letters", () => {
    const minutes = {
      ...register,
      agreements: [{ id: "A", title: "توافق" }],
    } as unknown as Register;
    expect(registerIn(minutes, "fa").agreements[0]?.title).toBe("توافق");
    expect(registerIn(minutes, "ru").agreements[0]?.title).toBe("توافق [en]");
  });

  it("name the nodes of the map as they name them in tables", () => {
    const network = {
      nodes: [
        { id: "VALE", name: "Vale" },
        { id: "PEAK", name: "Peak" },
      ],
      drawing: { nodes: [{ name: "Vale" }, { name: "Elsewhere" }] },
    } as unknown as Network;
    const said = networkIn(network, register, "fa");
    expect(said.nodes.map((n) => n.name)).toEqual(["دره", "Peak [en]"]);
    expect(said.drawing?.nodes.map((n) => n.name)).toEqual(["دره", "Elsewhere"]);
    expect(networkIn({ ...network, drawing: null }, register, "fa").drawing).toBeNull();
  });
});

it("the programme itself has its title in the reader's language", () => {
  const about = { title: "Ridge", summary: "All of it." } as unknown as Programme;
  const register = {
    language: "en",
    texts: { fa: { programme: { programme: { title: "یال" } } } },
  } as unknown as Register;
  expect(aboutIn(about, register, "fa")).toEqual({ title: "یال", summary: "All of it." });
  for (const lang of ["en", "ru"]) expect(aboutIn(about, register, lang)).toEqual(about);
  expect(aboutIn(about, null, "fa")).toBe(about);
});
