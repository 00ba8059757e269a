/** Who is a member, a page at a time. */
import { Anchor, Button, Stack, Table, Text } from "@mantine/core";
import { FormattedDate } from "react-intl";
import { Link } from "react-router";
import { Answer } from "~/kit/Answer";
import { useText } from "~/kit/text";
import { type Segment, useMembers } from "./queries";

export function Members({ segment }: { segment: Segment }) {
  const text = useText();
  const members = useMembers(segment.name);
  return (
    <Stack align="flex-start">
      <Text aria-live="polite">
        {segment.state === "Draft"
          ? text("segments.draftHint")
          : text("segments.now", { count: segment.members })}
      </Text>
      <Answer of={members}>
        {(found) => (
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{text("segments.key")}</Table.Th>
                <Table.Th>{text("segments.since")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.pages
                .flatMap((page) => page.members)
                .map((one) => (
                  <Table.Tr key={one.person}>
                    <Table.Td>
                      <Anchor component={Link} to={`/people/${one.person}`}>
                        {one.key}
                      </Anchor>
                    </Table.Td>
                    <Table.Td>
                      <FormattedDate value={one.since} dateStyle="medium" timeStyle="short" />
                    </Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        )}
      </Answer>
      {members.hasNextPage && (
        <Button
          variant="default"
          loading={members.isFetchingNextPage}
          onClick={() => void members.fetchNextPage()}
        >
          {text("segments.more")}
        </Button>
      )}
    </Stack>
  );
}
