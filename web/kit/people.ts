const names = [
  "Asha Menon",
  "Ravi Kulkarni",
  "Leela Thomas",
  "Arjun Rao",
  "Meera Iyer",
  "Nikhil Bose",
  "Sana Qureshi",
  "Dev Patel",
  "Ishaan Ghosh",
  "Tara Nair",
];
const cities = ["Pune", "Chennai", "Kolkata", "Delhi", "Kochi"];

/** People who are nobody, always the same ones. */
export const people = Array.from({ length: 400 }, (_, n) => ({
  id: `${(n * 2654435761) % 4294967296}`,
  name: `${names[n % names.length]}${n >= names.length ? ` ${Math.floor(n / names.length) + 1}` : ""}`,
  year: 1990 + ((n * 7) % 35),
  city: cities[(n * 3) % cities.length] ?? "",
  given: (n * 7919) % 90_000,
}));
