import { hue } from "@/ui/avatar";

/** A cover drawn from the course's id: ruled lines that cross, the same each time. */
export function Cover({ id, className = "" }: { id: string; className?: string }) {
  const seed = hue(id);
  const tail = hue(id.slice(-9));
  const lines = Array.from({ length: 9 }, (_, place) => 6 + place * 10);
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 112 80"
      preserveAspectRatio="xMidYMid slice"
      className={`shrink-0 rounded-sm bg-wash text-brand ${className}`}
    >
      <g fill="none" stroke="currentColor" strokeWidth="1.1" opacity=".8">
        {lines.map((at, place) => (
          <path
            key={at}
            d={`M${at + (seed % 17)} -4 C ${at - 20 + (tail % 40)} ${20 + (seed % 30)}, ${at + 30 - (seed % 50)} ${50 + place * 2}, ${at + (tail % 23) - 8} 86`}
          />
        ))}
      </g>
      <circle cx={20 + (tail % 72)} cy={16 + (seed % 48)} r={6 + (seed % 9)} fill="var(--sheet)" stroke="currentColor" strokeWidth="1.1" />
    </svg>
  );
}
