import { afterEach, expect, test, vi } from "vitest";
import { shrink } from "./shrink";

afterEach(() => vi.unstubAllGlobals());

const opens = (width: number, height: number) => vi.stubGlobal("createImageBitmap", async () => ({ width, height, close: () => {} }));

const canvas = (made: Blob) => {
  const sizes: number[][] = [];
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue({ fillRect: () => {}, drawImage: () => {} } as never);
  vi.spyOn(HTMLCanvasElement.prototype, "toBlob").mockImplementation(function (this: HTMLCanvasElement, done) {
    sizes.push([this.width, this.height]);
    done(made);
  });
  return sizes;
};

const photo = (bytes: number, type: string) => new File([new Uint8Array(bytes)], "photo", { type });

test("a large photo is sent smaller", async () => {
  opens(8160, 6120);
  const smaller = new Blob(["small"]);
  const sizes = canvas(smaller);
  expect(await shrink(photo(9_000_000, "image/jpeg"))).toBe(smaller);
  expect(sizes).toEqual([[2133, 1600]]);
});

test("a small one is sent as it is", async () => {
  opens(800, 600);
  const file = photo(90_000, "image/png");
  expect(await shrink(file)).toBe(file);
});

test("one of a kind that the server does not open is drawn anew", async () => {
  opens(800, 600);
  const drawn = new Blob(["a longer one"]);
  canvas(drawn);
  expect(await shrink(photo(3, "image/heic"))).toBe(drawn);
});

test("what the browser does not open is sent as it is", async () => {
  vi.stubGlobal("createImageBitmap", async () => {
    throw new Error("unknown");
  });
  const file = photo(9_000_000, "image/heic");
  expect(await shrink(file)).toBe(file);
});
