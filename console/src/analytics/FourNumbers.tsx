/** Who came to a step, is there, went on, exited: entered = here + went on + exited, always (rule N1). */
import { START } from "~/canvas/model/document";
import { useText } from "~/kit/text";
import { useStepNumbers } from "./around";
import { Count } from "./Count";
import { total } from "./model/flow";
import type { NumberOf } from "./where";
import { START_WORDS } from "./words";

const FLOWS = ["entered", "here", "left", "exited"] as const;

interface FourNumbersProps {
  step: string;
  isShort?: boolean;
  tabIndex?: number;
}

export function FourNumbers({ step, ...shown }: FourNumbersProps) {
  const text = useText();
  const { entered, here, left, exited } = useStepNumbers(step);
  const counts = { entered, here, left: total(left), exited: total(exited) };
  return (
    <dl className="four">
      {FLOWS.map((flow) => (
        <div key={flow} data-flow={flow}>
          <dt>{text((step === START && START_WORDS[flow]) || `analytics.${flow}`)}</dt>
          <dd>
            <Count count={counts[flow]} number={numberOf(step, flow)} {...shown} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function numberOf(step: string, flow: (typeof FLOWS)[number]): NumberOf {
  return flow === "entered" ? { step } : { step, flow };
}
