import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLive } from "./app/live.ts";
import { queryClient } from "./app/queries.ts";
import { refuseStrayDrops } from "./app/stray-drops.ts";
import { router } from "./app/router.tsx";
import { applyTheme, storedTheme } from "./app/theme.ts";
import { startI18n } from "./i18n/index.ts";
import "./styles/main.css";
import { Toasts } from "./ui/toast.tsx";

applyTheme(storedTheme());
await startI18n();
startLive();
refuseStrayDrops();

const element = document.getElementById("root");
if (!element) throw new Error("index.html has no #root");
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
);
