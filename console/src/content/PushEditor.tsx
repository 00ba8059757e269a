/** A push notification: title, text, and where a tap leads. */
import { Anchor, Box, SimpleGrid, Stack } from "@mantine/core";
import { useText } from "~/kit/text";
import { Beside } from "./Beside";
import { Bubble } from "./Bubble";
import { Checks } from "./Checks";
import { CommonFields } from "./CommonFields";
import { PersonalField } from "./PersonalField";
import { PersonPicker } from "./PersonPicker";
import { Shown } from "./Preview";
import type { PushDocument } from "./queries";
import { useLivePreview } from "./useLivePreview";
import { fieldId, focusOn, whereOf } from "./where";

interface PushEditorProps {
  document: PushDocument;
  change: (document: PushDocument) => void;
}

export function PushEditor({ document, change }: PushEditorProps) {
  const text = useText();
  const { preview, shown, error } = useLivePreview(document);
  const set = (given: Partial<PushDocument>) => change({ ...document, ...given });
  const left = (
    <Stack>
      <PersonalField
        name="title"
        label={text("edit.pushTitle")}
        value={document.title ?? ""}
        onChange={(title) => set({ title })}
      />
      <PersonalField
        name="body"
        label={text("edit.body")}
        value={document.body ?? ""}
        onChange={(body) => set({ body })}
      />
      <PersonalField
        name="link"
        label={text("edit.link")}
        description={text("edit.linkHint")}
        value={document.link ?? ""}
        onChange={(link) => set({ link: link || null })}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CommonFields document={document} change={change} />
      </SimpleGrid>
    </Stack>
  );
  const right = (
    <>
      <Checks
        preview={preview}
        error={error}
        goTo={(problem) => {
          const where = whereOf(problem.where, false);
          if (where !== "workspace") focusOn(fieldId("field" in where ? where.field : "body"));
        }}
      />
      <section aria-label={text("preview.title")}>
        <PersonPicker audience={document.audience} />
        <Box mt="sm">
          <Shown preview={preview} shown={shown}>
            <Bubble title={shown?.subject ?? ""}>{shown?.text ?? ""}</Bubble>
            {shown?.link && (
              <Anchor
                href={shown.link}
                target="_blank"
                rel="noreferrer"
                size="sm"
                display="inline-block"
                mt="xs"
              >
                {shown.link}
              </Anchor>
            )}
          </Shown>
        </Box>
      </section>
    </>
  );
  return <Beside left={left} right={right} />;
}
