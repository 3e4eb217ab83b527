/** A face drawn from a name: initials on a colour that stays the person's. */
export function Avatar({ name, id, photo, size = 44 }: { name: string; id: string; photo?: string; size?: number }) {
  if (photo) return <img src={photo} alt="" width={size} height={size} className="shrink-0 rounded-full object-cover" />;
  return (
    <span
      aria-hidden="true"
      className="face inline-grid shrink-0 place-items-center rounded-full"
      style={{ width: size, height: size, fontSize: size * 0.36, ["--face-h" as string]: hue(id) }}
    >
      {initials(name)}
    </span>
  );
}

export function initials(name: string): string {
  const words = name.split(/[\s.]+/).filter(Boolean);
  const picked = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return picked
    .map((word) => [...(word ?? "")][0] ?? "")
    .join("")
    .toUpperCase();
}

export function hue(id: string): number {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) % 360;
  return sum;
}
