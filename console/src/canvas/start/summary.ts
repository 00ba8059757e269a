/** One line about who enters, for the start's tile. */
import type { Text } from "~/kit/text";
import type { JourneyDocument } from "../model/document";

export function startSummary(start: JourneyDocument["start"], text: Text): string {
  if ("trigger" in start)
    return text("start.summaryTrigger", { trigger: start.trigger || text("start.noTrigger") });
  const names = [start.segment].flat().filter(Boolean).join(", ");
  return text("start.summarySegment", { names: names || text("start.noSegment") });
}
