/** What has changed, for those who hear it: seldom, and only when it has. */
import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useIntl } from "react-intl";
import { useText } from "~/kit/text";
import type { Numbers } from "./live";
import { sumsOf } from "./model/flow";

const SELDOM = 20_000;

export function Said({ numbers }: { numbers: Numbers | undefined }) {
  const text = useText();
  const intl = useIntl();
  const sums = numbers && sumsOf(numbers.steps);
  const sentence = sums
    ? text("analytics.said", {
        entered: intl.formatNumber(sums.entered),
        here: intl.formatNumber(sums.inside),
      })
    : "";
  const newest = useRef(sentence);
  const [said, say] = useState("");
  useEffect(() => {
    newest.current = sentence;
  }, [sentence]);
  useEffect(() => {
    const saying = setInterval(() => say(newest.current), SELDOM);
    return () => clearInterval(saying);
  }, []);
  return <VisuallyHidden aria-live="polite">{said}</VisuallyHidden>;
}
