// Draws src/ui/icons.svg, one file with the few icons that are used, from Lucide (ISC licence): icons cost a request once and no
// script. Run by make gen.
import { writeFileSync } from "node:fs";

const names = ["arrow-down", "arrow-up", "badge-check", "book-open", "calendar", "check", "chevron-down", "chevron-left", "chevron-right", "file-text", "graduation-cap", "house", "moon", "pen-line", "play", "search", "shield-check", "sliders-horizontal", "sun", "trash", "upload", "users", "x"];

const symbols = [];
for (const name of names) {
  const { __iconData: icon } = await import(`lucide-react/dist/esm/icons/${name}.mjs`);
  const shapes = icon.node.map(([tag, { key: _, ...attributes }]) => `<${tag} ${Object.entries(attributes).map(([k, v]) => `${k}="${v}"`).join(" ")}/>`);
  symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${shapes.join("")}</symbol>`);
}
writeFileSync(new URL("./src/ui/icons.svg", import.meta.url), `<!-- Lucide, ISC licence, https://lucide.dev -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
