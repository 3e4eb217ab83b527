import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

// An institution chooses a hue and a little chroma; text must stay readable for every choice, in light and dark.

const css = readFileSync(join(import.meta.dirname, "../styles.css"), "utf8");

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector}{`) + selector.length + 1);
  return Object.fromEntries(
    [...block.slice(0, block.indexOf("\n}")).matchAll(/--([\w-]+):([^;]+);/g)].map((match) => [match[1], match[2]]),
  );
}

/** Relative luminance (WCAG 2) of an oklch() of the style sheet, clipped to sRGB. */
function luminance(colour: string, hue: number, chroma: number): number {
  const filled = colour
    .replace(/var\(--brand-h\)/g, `${hue}`)
    .replace(/calc\(var\(--brand-c\)\*([\d.]+)\)/g, (_, factor: string) => `${chroma * Number(factor)}`)
    .replace(/var\(--brand-c\)/g, `${chroma}`);
  const [l = 0, c = 0, h = 0] = (/oklch\(([^)]+)\)/.exec(filled)?.[1] ?? "").split(/\s+/).map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const [x, y, z] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((v) => v ** 3) as [number, number, number];
  const clip = (value: number) => Math.min(Math.max(value, 0), 1);
  const red = clip(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z);
  const green = clip(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z);
  const blue = clip(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const pairs = [
  ["ink", "paper"],
  ["ink-2", "paper"],
  ["ink-3", "paper"],
  ["ink-3", "sunk"],
  ["brand-ink", "paper"],
  ["brand-ink", "wash"],
  ["on-brand", "brand"],
  ["good", "paper"],
  ["warn", "paper"],
  ["bad", "paper"],
] as const;

for (const [name, selector] of [
  ["light", ":root"],
  ["dark", "[data-theme=dark]"],
] as const) {
  test(`${name}: text has a contrast of 4.5 for all 360 hues`, () => {
    const set = tokens(selector);
    for (const [text, ground] of pairs)
      for (const chroma of [0, 0.07, 0.13])
        for (let hue = 0; hue < 360; hue++) {
          const [one, two] = [luminance(set[text] ?? "", hue, chroma), luminance(set[ground] ?? "", hue, chroma)];
          const contrast = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
          expect(contrast, `${text} on ${ground} at hue ${hue}, chroma ${chroma}`).toBeGreaterThanOrEqual(4.5);
        }
  });
}
