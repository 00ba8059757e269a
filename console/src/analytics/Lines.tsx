/** Numbers below each other, each with its share of a whole, as a word and as a bar. */
import { Text, Title, Tooltip } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useIntl } from "react-intl";
import { Count } from "./Count";
import type { NumberOf } from "./where";

export interface Line {
  label: string;
  count: number;
  number: NumberOf;
  /** What it is a share of, when that is something else; null of what is no share of anything. */
  of?: number | null;
  /** What has to be known to read it rightly. */
  hint?: string;
  /** Said below it. */
  beside?: string;
}

interface LinesProps {
  title?: string;
  of: number;
  lines: readonly Line[];
}

export function Lines({ title, of, lines }: LinesProps) {
  const intl = useIntl();
  if (lines.length === 0) return null;
  return (
    <div>
      {title && (
        <Title order={3} size="h6" mb={4}>
          {title}
        </Title>
      )}
      <ul className="number-rows">
        {lines.map(({ label, count, number, hint, beside, of: whole = of }) => (
          <li key={label}>
            <span>
              {label}
              {hint && <Hint said={hint} />}
            </span>
            <Count count={count} number={number} />
            {whole !== null && (
              <>
                <Text component="span" size="xs" c="dimmed">
                  {intl.formatNumber(share(count, whole), { style: "percent", maximumFractionDigits: 1 })}
                </Text>
                <meter className="share" value={Math.min(share(count, whole), 1)} aria-hidden />
              </>
            )}
            {beside && (
              <Text component="span" size="xs" c="dimmed" className="number-beside">
                {beside}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function share(count: number, of: number): number {
  return of > 0 ? count / of : 0;
}

function Hint({ said }: { said: string }) {
  return (
    <Tooltip label={said} multiline w={260} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className="hint" aria-label={said}>
        <IconInfoCircle size={15} aria-hidden />
      </button>
    </Tooltip>
  );
}
