const side = 1600;

/**
 * A photo from a camera, made smaller before it is sent: a phone on a slow line sends a tenth, and what the server does not
 * open (HEIC) arrives as a JPEG where this browser can open it. What cannot be made smaller goes as it is.
 */
export async function shrink(file: File): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file); // upright already
    const scale = Math.min(1, side / Math.min(picture.width, picture.height));
    const known = /^image\/(jpeg|png|webp)$/.test(file.type);
    if (scale === 1 && known && file.size < 2_000_000) {
      picture.close();
      return file;
    }
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const drawing = canvas.getContext("2d");
    if (!drawing) return file;
    drawing.fillStyle = "#fff";
    drawing.fillRect(0, 0, canvas.width, canvas.height);
    drawing.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
    return smaller && (smaller.size < file.size || !known) ? smaller : file;
  } catch {
    return file;
  }
}
