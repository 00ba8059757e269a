/** What the journey stands in: its audience, zone, and the names that its steps can use. */
import { useMemo } from "react";
import { isZone } from "~/kit/wall";
import { useDocument } from "./editor";
import { type Audience, useAudiences, useSegments, useWorkspace } from "./queries";

export function useAudience(): Audience | undefined {
  const { start } = useDocument();
  const segments = useSegments().data;
  const audiences = useAudiences().data;
  return useMemo(() => {
    const [first] = "segment" in start ? [start.segment].flat() : [];
    const name = "trigger" in start ? start.audience : segments?.find((one) => one.name === first)?.audience;
    return audiences?.find((one) => one.name === name);
  }, [start, segments, audiences]);
}

/** The zone of the journey's wall clock. */
export function useZone(): string {
  const own = useDocument().start.timezone;
  const ofWorkspace = useWorkspace().data?.zone ?? "UTC";
  return own && isZone(own) ? own : ofWorkspace;
}

/** The names of attributes of a type. */
export function attributesOf(audience: Audience | undefined, ...types: string[]): string[] {
  return Object.entries(audience?.attributes ?? {})
    .filter(([, type]) => types.includes(type))
    .map(([name]) => name)
    .toSorted();
}
