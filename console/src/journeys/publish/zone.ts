/** The wall clock that a journey is told on. */
import { isZone } from "~/kit/wall";
import { useWorkspace } from "~/settings/queries";
import type { Journey } from "../queries";

export function useZoneOf({ document: { start } }: Journey): string {
  const ofWorkspace = useWorkspace().data?.zone ?? "UTC";
  return start.timezone && isZone(start.timezone) ? start.timezone : ofWorkspace;
}
