/** What every kind of content has: what it is for, and whose attributes personalise it. */
import { Select } from "@mantine/core";
import { useText } from "~/kit/text";
import { type ContentDocument, useAudiences, useTriggers } from "./queries";
import { fieldId } from "./where";

interface CommonFieldsProps<T extends ContentDocument> {
  document: T;
  change: (document: T) => void;
}

export function CommonFields<T extends ContentDocument>({ document, change }: CommonFieldsProps<T>) {
  const text = useText();
  const audiences = useAudiences();
  const triggers = useTriggers();
  const names = (triggers.data ?? [])
    .filter((one) => one.audience === document.audience)
    .map(({ name }) => name);
  const own = document.trigger && !names.includes(document.trigger) ? [document.trigger] : [];
  return (
    <>
      <Select
        id={fieldId("purpose")}
        label={text("edit.purpose")}
        description={text("edit.purposeHint")}
        data={(["commercial", "transactional"] as const).map((value) => ({
          value,
          label: text(`edit.${value}`),
        }))}
        value={document.purpose ?? "commercial"}
        onChange={(purpose) => purpose && change({ ...document, purpose })}
        allowDeselect={false}
      />
      <Select
        id={fieldId("audience")}
        label={text("new.audience")}
        description={text("new.audienceHint")}
        data={(audiences.data ?? []).map((one) => ({ value: one.name, label: one.label }))}
        value={document.audience}
        onChange={(audience) => audience && change({ ...document, audience })}
        allowDeselect={false}
      />
      {(names.length > 0 || own.length > 0) && (
        <Select
          id={fieldId("trigger")}
          label={text("edit.trigger")}
          description={text("edit.triggerHint")}
          placeholder={text("edit.noTrigger")}
          data={[...own, ...names]}
          value={document.trigger ?? null}
          onChange={(trigger) => change({ ...document, trigger })}
          clearable
        />
      )}
    </>
  );
}
