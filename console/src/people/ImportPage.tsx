/** The import wizard: a file, which column fills which attribute, and what came of it. */
import { Button, FileInput, Select, Stack, TextInput, Title } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { Answer } from "~/kit/Answer";
import { Page } from "~/kit/Page";
import { Problems } from "~/kit/Problems";
import { useText } from "~/kit/text";
import { type Audience, useAudiences } from "~/settings/queries";
import { type Head, headOf, keyOf, suggested } from "./head";
import { Imported, Running } from "./Imported";
import { Mapping } from "./Mapping";
import { useImport } from "./queries";

export function ImportPage() {
  const text = useText();
  const audiences = useAudiences();
  return (
    <Page title={text("import.title")}>
      <Answer of={audiences}>{(found) => <Wizard audiences={found} />}</Answer>
    </Page>
  );
}

interface Chosen {
  file: File;
  head: Head;
}

function Wizard({ audiences }: { audiences: Audience[] }) {
  const text = useText();
  const importing = useImport();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [about, setAbout] = useState({ audience: "contact", key: "", region: "" });
  const [mapping, setMapping] = useState<Record<string, string>>({});
  const choose = async (file: File | null) => {
    importing.reset();
    const head = file && (await headOf(file));
    setChosen(file && head && { file, head });
    setAbout((before) => ({ ...before, key: head ? keyOf(head.columns) : "" }));
    setMapping(head ? suggested(head.columns) : {});
  };
  if (importing.data) return <Imported found={importing.data} onAgain={() => void choose(null)} />;
  const audience = audiences.find((one) => one.name === about.audience);
  return (
    <Stack maw={800}>
      <FileInput
        label={text("import.file")}
        description={text("import.fileHint")}
        placeholder={text("import.choose")}
        accept=".csv,text/csv"
        leftSection={<IconUpload size={16} aria-hidden />}
        value={chosen?.file ?? null}
        onChange={(file) => void choose(file)}
      />
      {chosen && audience && (
        <>
          <Select
            label={text("import.audience")}
            data={audiences.map((one) => ({ value: one.name, label: one.label }))}
            value={about.audience}
            onChange={(to) => to && setAbout({ ...about, audience: to })}
            allowDeselect={false}
          />
          <Select
            label={text("import.key")}
            description={text("import.keyHint")}
            data={chosen.head.columns}
            value={about.key}
            onChange={(to) => to && setAbout({ ...about, key: to })}
            allowDeselect={false}
          />
          <Title order={2} size="h4">
            {text("import.columns")}
          </Title>
          <Mapping head={chosen.head} audience={audience} mapping={mapping} onChange={setMapping} />
          <TextInput
            label={text("import.region")}
            description={text("import.regionHint")}
            value={about.region}
            onChange={(event) => setAbout({ ...about, region: event.currentTarget.value.toUpperCase() })}
            maxLength={2}
            maw={360}
          />
          {importing.error && <Problems of={importing.error} />}
          {importing.isPending && <Running />}
          <Button
            w="fit-content"
            loading={importing.isPending}
            disabled={!about.key}
            onClick={() => importing.mutate({ file: chosen.file, mapping, ...about })}
          >
            {text("import.start")}
          </Button>
        </>
      )}
    </Stack>
  );
}
