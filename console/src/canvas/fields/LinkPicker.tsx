/** Which link of an email: by its text and where it leads; what is kept is its id, which outlives edits of both. */
import { SearchSelect } from "~/kit/SearchSelect";
import { useText } from "~/kit/text";
import { useContent } from "../queries";

interface LinkPickerProps {
  content: string;
  value: string | null | undefined;
  onChange(link: string | undefined): void;
}

export function LinkPicker({ content, value, onChange }: LinkPickerProps) {
  const text = useText();
  const links = useContent(content).data?.links ?? [];
  const any = { value: "", label: text("fields.anyLink") };
  const data = [any, ...links.map((one) => ({ value: one.id, label: `${one.text || one.id} (${one.url})` }))];
  if (value && !links.some((one) => one.id === value))
    data.push({ value, label: text("fields.gone", { name: value }) });
  return (
    <SearchSelect
      label={text("fields.whichLink")}
      data={data}
      value={value ?? ""}
      onChange={(link) => onChange(link || undefined)}
      allowDeselect={false}
    />
  );
}
