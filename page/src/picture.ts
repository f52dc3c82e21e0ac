/** A drawing of the page as a picture that can be taken away. */
import { framed, type Told } from "./charts/picture";

const KEPT = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-opacity",
  "stroke-linejoin",
  "stroke-linecap",
  "paint-order",
  "vector-effect",
  "opacity",
  "font-size",
  "font-weight",
  "font-family",
  "text-anchor",
  "display",
  "visibility",
];

/** A drawing with the looks that the page's style gives it written into it. */
export function taken(svg: SVGSVGElement, told: Told): string {
  const { width, height } = svg.getBoundingClientRect();
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [mine, theirs] = [svg, copy].map((s) => [...s.querySelectorAll<SVGElement>("*")]);
  (mine ?? []).forEach((from, k) => {
    const style = getComputedStyle(from);
    const to = theirs?.[k];
    for (const key of KEPT) to?.style.setProperty(key, style.getPropertyValue(key));
  });
  for (const unseen of copy.querySelectorAll(".hit, title, desc")) unseen.remove();
  copy.setAttribute("width", String(Math.round(width)));
  copy.setAttribute("height", String(Math.round(height)));
  copy.removeAttribute("class");
  copy.removeAttribute("style");
  copy.setAttribute("overflow", "hidden");
  return framed(
    new XMLSerializer().serializeToString(copy),
    Math.round(width),
    Math.round(height),
    told,
  );
}

export const svgFile = (text: string): Blob => new Blob([text], { type: "image/svg+xml" });

/** The same as PNG, twice as fine as the screen. */
export async function pngFile(text: string): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width * 2;
  canvas.height = image.height * 2;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((good, bad) =>
    canvas.toBlob((blob) => (blob ? good(blob) : bad(new Error("no picture"))), "image/png"),
  );
}

/** Hand a file to the reader. */
export function handed(file: Blob, name: string): void {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(file);
  a.download = name;
  a.click();
  setTimeout(() => URL.revokeObjectURL(a.href), 1000);
}
