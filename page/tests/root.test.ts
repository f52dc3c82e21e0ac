import { expect, test } from "vitest";
import { allOf, rootOf } from "../src/root";

test.each([
  ["/", "", ""],
  ["/p/north/", "/p/north", "/"],
  ["/milepost/", "/milepost", ""],
  ["/a/milepost/", "/a/milepost", ""],
  ["/milepost/p/north/", "/milepost/p/north", "/milepost/"],
  ["", "", ""],
])("the page at %s has its data below %s", (path, root, all) => {
  expect(rootOf(path)).toBe(root);
  expect(allOf(path)).toBe(all);
});
