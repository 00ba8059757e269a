/** Every page has its address. Pages are loaded when they are opened first. */
import { createBrowserRouter, Navigate } from "react-router";
import { Waiting } from "~/kit/Waiting";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";

export const router = createBrowserRouter(
  [
    {
      hydrateFallbackElement: <Waiting />,
      children: [
        {
          path: "/setup",
          lazy: async () => ({ Component: (await import("~/account/SetupPage")).SetupPage }),
        },
        {
          element: <Frame />,
          children: [
            { index: true, element: <Navigate to="/journeys" replace /> },
            {
              path: "/journeys",
              lazy: async () => ({ Component: (await import("~/journeys/JourneysPage")).JourneysPage }),
            },
            {
              path: "/settings/:part?",
              lazy: async () => ({ Component: (await import("~/settings/SettingsPage")).SettingsPage }),
            },
            {
              path: "/journeys/:id",
              lazy: async () => ({ Component: (await import("~/canvas/VersionPage")).VersionPage }),
            },
            {
              path: "/journeys/:id/analytics",
              lazy: async () => ({ Component: (await import("~/analytics/AnalyticsPage")).AnalyticsPage }),
            },
            {
              path: "/journeys/:id/edit",
              lazy: async () => ({ Component: (await import("~/canvas/EditorPage")).EditorPage }),
            },
            {
              path: "/people",
              lazy: async () => ({ Component: (await import("~/people/PeoplePage")).PeoplePage }),
            },
            {
              path: "/people/import",
              lazy: async () => ({ Component: (await import("~/people/ImportPage")).ImportPage }),
            },
            {
              path: "/people/:person",
              lazy: async () => ({ Component: (await import("~/people/PersonPage")).PersonPage }),
            },
            {
              path: "/journeys/new",
              lazy: async () => ({
                Component: (await import("~/journeys/create/NewJourneyPage")).NewJourneyPage,
              }),
            },
            {
              path: "/segments",
              lazy: async () => ({ Component: (await import("~/segments/SegmentsPage")).SegmentsPage }),
            },
            {
              path: "/segments/new",
              lazy: async () => ({ Component: (await import("~/segments/NewSegmentPage")).NewSegmentPage }),
            },
            {
              path: "/segments/:name",
              lazy: async () => ({ Component: (await import("~/segments/SegmentPage")).SegmentPage }),
            },
            {
              path: "/content",
              lazy: async () => ({ Component: (await import("~/content/ContentsPage")).ContentsPage }),
            },
            {
              path: "/content/new",
              lazy: async () => ({ Component: (await import("~/content/NewContentPage")).NewContentPage }),
            },
            {
              path: "/content/:name",
              lazy: async () => ({ Component: (await import("~/content/EditorPage")).EditorPage }),
            },
            {
              path: "/inbox",
              lazy: async () => ({ Component: (await import("~/inbox/InboxPage")).InboxPage }),
            },
            {
              path: "/inbox/:key",
              lazy: async () => ({ Component: (await import("~/inbox/MessagePage")).MessagePage }),
            },
            {
              path: "/journeys/:id/publish",
              lazy: async () => ({ Component: (await import("~/journeys/publish/PublishPage")).PublishPage }),
            },
            { path: "*", element: <NotFound /> },
          ],
        },
      ],
    },
  ],
  { basename: "/app" },
);
