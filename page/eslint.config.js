import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";

export default ts.config(
  // types.ts is made from the API's document
  { ignores: ["node_modules", "src/types.ts", "../src"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  ...svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    rules: {
      "max-len": ["error", { code: 110, ignoreUrls: true }],
      // TypeScript knows which names there are
      "no-undef": "off",
      // what is read in an effect is what it depends on
      "@typescript-eslint/no-unused-expressions": "off",
      // parameters and maps that are made and thrown away in one function
      "svelte/prefer-svelte-reactivity": "off",
      // {" "} keeps a space that a line break would lose
      "svelte/no-useless-mustaches": "off",
      eqeqeq: "error",
      complexity: ["error", 15],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
);
