/** Where the page lies on its server, as its address says. */

/** What an address of the page lies below: "/p/north" of "/p/north/", "/milepost" of "/milepost/". */
export function rootOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** Where the overview of several programmes lies, seen from one of them; empty: there is only one. */
export function allOf(path: string): string {
  return /\/p\/[^/]+\/[^/]*$/.test(path) ? path.replace(/p\/[^/]+\/[^/]*$/, "") : "";
}
