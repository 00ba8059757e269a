/** How old the numbers are; at most five seconds while the server answers (rule N1). */
import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { useText } from "~/kit/text";
import type { Live } from "./live";

export function Freshness({ live }: { live: Live }) {
  const text = useText();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, []);
  if (live.refusal) return null;
  const state = live.isInterrupted ? "interrupted" : live.heard ? "live" : "connecting";
  const seconds = Math.max(0, Math.floor((now - live.heard) / 1_000));
  return (
    <Text size="sm" c="dimmed" className="freshness" data-state={state} component="span">
      {state === "live" ? text("analytics.fresh", { seconds }) : text(`analytics.${state}`)}
    </Text>
  );
}
