/** Every string of the console comes from the catalogue, by an id that the compiler knows; ICU messages by react-intl. */
import type { PrimitiveType } from "react-intl";
import { useIntl } from "react-intl";
import type { MessageId } from "~/app/english";

export type Values = Record<string, PrimitiveType>;
export type Text = (id: MessageId, values?: Values) => string;

/** The function that gives a string of the catalogue, with its values filled in. */
export function useText(): Text {
  const intl = useIntl();
  return (id, values) => intl.formatMessage({ id }, values);
}
