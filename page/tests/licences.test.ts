import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { notice, packageOf } from "../licences";

const here = fileURLToPath(new URL("..", import.meta.url));

describe("licences of what is bundled", () => {
  it("a module is of the package whose folder it lies in, and ours of none", () => {
    expect(packageOf(join(here, "node_modules/svelte/src/index-client.js"))).toBe(
      join(here, "node_modules/svelte"),
    );
    expect(packageOf(join(here, "src/main.ts"))).toBe("");
  });
  it("a notice holds the name and the text", () => {
    expect(notice(join(here, "node_modules/svelte"))).toMatch(
      /^svelte [0-9.]+ \(MIT\)[^]*Permission is hereby granted/,
    );
    expect(notice(join(here, "node_modules/@fluent/bundle"))).toMatch(/Mozilla[^]*Apache License/);
  });
  it("a package without a text is refused", () => {
    const folder = mkdtempSync(join(tmpdir(), "package-"));
    writeFileSync(
      join(folder, "package.json"),
      '{"name": "bare", "version": "1.0.0", "license": "MIT"}',
    );
    expect(() => notice(folder)).toThrow("bare brings no text of its licence (MIT)");
  });
});
