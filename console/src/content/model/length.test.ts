import { expect, test } from "vitest";
import { lengthOf } from "./length";

test.each([
  ["", "GSM-7", 0, 0],
  ["a".repeat(160), "GSM-7", 160, 1],
  ["a".repeat(161), "GSM-7", 161, 2],
  ["a".repeat(306), "GSM-7", 306, 2],
  ["a".repeat(307), "GSM-7", 307, 3],
  ["Ç à é ñ Ω @ £", "GSM-7", 13, 1],
  ["€".repeat(80), "GSM-7", 160, 1],
  ["€".repeat(81), "GSM-7", 162, 2],
  [`${"a".repeat(152)}€${"a".repeat(152)}`, "GSM-7", 306, 3],
  ["ç", "UCS-2", 1, 1],
  [`“${"a".repeat(69)}`, "UCS-2", 70, 1],
  [`“${"a".repeat(70)}`, "UCS-2", 71, 2],
  ["😀".repeat(35), "UCS-2", 70, 1],
  ["😀".repeat(36), "UCS-2", 72, 2],
  [`${"é".repeat(66)}😀${"ç".repeat(66)}`, "UCS-2", 134, 3],
])(
  "D7: segments are counted as operators do, and as the server does: %j",
  (text, encoding, characters, segments) => {
    expect(lengthOf(text)).toMatchObject({ encoding, characters, segments });
  },
);

test("D7: the characters that cost more are named", () => {
  expect(lengthOf("çay, çok!").unusual).toEqual(["ç"]);
});
