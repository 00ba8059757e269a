/** The first lines of a CSV file, read in the browser, so that its columns can be matched before anything is sent. */
import Papa from "papaparse";

export interface Head {
  columns: string[];
  rows: string[][];
}

const BYTES = 65_536;
const ROWS = 6;

export async function headOf(file: Blob): Promise<Head> {
  const text = await file.slice(0, BYTES).text();
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), { preview: ROWS, skipEmptyLines: true });
  const [columns = [], ...rows] = data;
  return { columns: columns.map((name) => name.trim()), rows };
}

const KEYS = [/^(customer|contact|lead|crm|person|user|external)?[ _-]?(id|key|number)$/i, /^e-?mail/i];

/** The column that tells people apart, as far as its name says so. */
export function keyOf(columns: readonly string[]): string {
  const named = KEYS.map((pattern) => columns.find((column) => pattern.test(column)));
  return named.find((column) => column !== undefined) ?? columns[0] ?? "";
}

/** `First name` fills `first_name`. */
export function attributeName(column: string): string {
  const words =
    column
      .trim()
      .toLowerCase()
      .match(/[a-z0-9]+/g) ?? [];
  const name = words.join("_");
  return /^[a-z]/.test(name) ? name : `column_${name}`;
}

export function suggested(columns: readonly string[]): Record<string, string> {
  return Object.fromEntries(columns.map((column) => [column, attributeName(column)]));
}
