/** A date and time on the journey's wall clock, with the zone that it is meant in. */
import { TimeField } from "~/kit/TimeField";
import { useText } from "~/kit/text";
import { useZone } from "../around";

interface MomentFieldProps {
  label: string;
  value: string;
  onChange(local: string): void;
}

export function MomentField(props: MomentFieldProps) {
  return <LocalTimeField zone={useZone()} {...props} />;
}

/** The same where no journey is open. */
export function LocalTimeField({ label, zone, value, onChange }: MomentFieldProps & { zone: string }) {
  const text = useText();
  return (
    <TimeField
      type="datetime-local"
      label={label}
      description={text("fields.inZone", { zone })}
      inputWrapperOrder={["label", "input", "description"]}
      value={value.slice(0, 16)}
      onChange={onChange}
    />
  );
}
