/** The links of an email with the ids that branches know them by (C5); each may be changed here, where it stands. */
import { Paper, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core";
import { useText } from "~/kit/text";
import { type EmailLink, linksOf, withLink } from "./model/links";

interface LinksProps {
  body: string;
  onChange: (body: string) => void;
}

export function Links({ body, onChange }: LinksProps) {
  const text = useText();
  const links = linksOf(body);
  return (
    <Paper component="section" withBorder p="sm" mt="md" aria-label={text("links.title")}>
      <Title order={2} size="h5">
        {text("links.title")}
      </Title>
      <Text size="sm" c="dimmed" mb="xs">
        {text(links.length ? "links.hint" : "links.none")}
      </Text>
      <Stack gap="sm">
        {links.map((link, index) => (
          <LinkFields
            key={link.spot}
            link={link}
            number={index + 1}
            change={(given) => onChange(withLink(body, link.spot, given))}
          />
        ))}
      </Stack>
    </Paper>
  );
}

interface LinkFieldsProps {
  link: EmailLink;
  number: number;
  change: (given: { id?: string; url?: string; text?: string }) => void;
}

function LinkFields({ link, number, change }: LinkFieldsProps) {
  const text = useText();
  const named = (field: "id" | "url" | "text") => text("links.of", { field: text(`links.${field}`), number });
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} spacing="xs">
      <TextInput
        label={text("links.id")}
        aria-label={named("id")}
        value={link.isNamed ? link.id : ""}
        placeholder={link.id}
        onChange={(event) => change({ id: event.currentTarget.value })}
        description={link.isNamed ? undefined : text("links.byPlace")}
        inputWrapperOrder={["label", "input", "description"]}
      />
      <TextInput
        label={text("links.url")}
        aria-label={named("url")}
        value={link.url}
        onChange={(event) => change({ url: event.currentTarget.value })}
      />
      <TextInput
        label={text("links.text")}
        aria-label={named("text")}
        value={link.text}
        readOnly={!link.hasPlainText}
        onChange={(event) => change({ text: event.currentTarget.value })}
      />
    </SimpleGrid>
  );
}
