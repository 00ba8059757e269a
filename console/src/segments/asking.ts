/** Segments that ask about others. */
import { segmentsIn } from "~/canvas/model/segments";
import type { Segment } from "./queries";

/** The names of those that ask about this one, be it through others: it cannot ask about them. */
export function askingAbout(
  name: string,
  segments: readonly Pick<Segment, "name" | "condition">[],
): string[] {
  const found = [name];
  for (const asked of found) {
    const asking = segments.filter((one) => segmentsIn(one.condition).includes(asked));
    found.push(...asking.map((one) => one.name).filter((one) => !found.includes(one)));
  }
  return found.slice(1);
}
