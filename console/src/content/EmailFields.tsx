/** What an email says before it is opened, and on whose behalf and to whom it goes. */
import { Collapse, SimpleGrid, Stack, TextInput, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { useText } from "~/kit/text";
import { CommonFields } from "./CommonFields";
import { PersonalField } from "./PersonalField";
import type { EmailDocument } from "./queries";
import { SenderField } from "./SenderField";
import { fieldId } from "./where";

interface EmailFieldsProps {
  document: EmailDocument;
  change: (document: EmailDocument) => void;
}

export function EmailFields({ document, change }: EmailFieldsProps) {
  const text = useText();
  const [isOpen, { toggle }] = useDisclosure(true);
  const set = (given: Partial<EmailDocument>) => change({ ...document, ...given });
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Stack gap="sm">
      <PersonalField
        name="subject"
        label={text("edit.subject")}
        value={document.subject ?? ""}
        onChange={(subject) => set({ subject })}
      />
      <PersonalField
        name="preheader"
        label={text("edit.preheader")}
        description={text("edit.preheaderHint")}
        value={document.preheader ?? ""}
        onChange={(preheader) => set({ preheader: preheader || null })}
      />
      <UnstyledButton
        onClick={toggle}
        aria-expanded={isOpen}
        fz="sm"
        fw={600}
        mih={24}
        display="flex"
        style={{ alignItems: "center" }}
      >
        <Chevron size={18} aria-hidden />
        {text("edit.settings")}
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <SenderField document={document} change={change} />
          <TextInput
            id={fieldId("reply_to")}
            label={text("edit.replyTo")}
            description={text("edit.replyToHint")}
            value={document.reply_to ?? ""}
            onChange={(event) => set({ reply_to: event.currentTarget.value || null })}
          />
          <CommonFields document={document} change={change} />
        </SimpleGrid>
      </Collapse>
    </Stack>
  );
}
