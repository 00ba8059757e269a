/**
 * How long a text message is, as operators count (D7; 3GPP TS 23.038, TS 23.040): the same as the server's count, here
 * while somebody types.
 */
const BASIC = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
    "¿abcdefghijklmnopqrstuvwxyzäöñüà",
);
const EXTENDED = new Set("\f^{}\\[~]|€");
/** Characters of a message that stands alone, and of each part of one that does not. */
const ROOM = { "GSM-7": [160, 153], "UCS-2": [70, 67] } as const;

export interface Length {
  encoding: keyof typeof ROOM;
  characters: number;
  segments: number;
  /** Characters that make it UCS-2, each once. */
  unusual: string[];
}

export function lengthOf(text: string): Length {
  const letters = [...text];
  const unusual = [...new Set(letters.filter((letter) => !BASIC.has(letter) && !EXTENDED.has(letter)))];
  const encoding = unusual.length ? "UCS-2" : "GSM-7";
  const widths = letters.map((letter) =>
    encoding === "GSM-7" ? 1 + Number(EXTENDED.has(letter)) : letter.length,
  );
  const characters = widths.reduce((sum, width) => sum + width, 0);
  const [alone, part] = ROOM[encoding];
  if (characters <= alone) return { encoding, characters, segments: characters ? 1 : 0, unusual };
  let [segments, room] = [0, 0];
  for (const width of widths) {
    if (width > room) [segments, room] = [segments + 1, part];
    room -= width;
  }
  return { encoding, characters, segments, unusual };
}
