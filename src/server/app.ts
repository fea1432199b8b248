import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { AppError } from "#contract/errors.ts";
import { mountChat } from "./chat/mount.ts";
import type { ServerContext } from "./context.ts";
import { mountFindings } from "./datasets/findings.ts";
import { mountDatasets } from "./datasets/mount.ts";
import { mountDeploy } from "./deploy/mount.ts";
import { mountDocuments } from "./documents/mount.ts";
import { mountSystem } from "./engine/mount.ts";
import { mountEvents } from "./events/mount.ts";
import { mountDisk } from "./disk/mount.ts";
import { guard } from "./http/access.ts";
import { docsPage } from "./http/docs-page.ts";
import { answerError } from "./http/errors.ts";
import { describeToken, openApiDocument } from "./http/openapi.ts";
import { servePage } from "./http/page.ts";
import { signIn, signInPage } from "./http/sign-in.ts";
import { refuseInvalid } from "./http/validation.ts";
import { mountJobs } from "./jobs/mount.ts";
import { mountHubData } from "./models/hub-data.ts";
import { mountModels } from "./models/mount.ts";
import { mountParameters } from "./parameters/mount.ts";
import { mountPassport } from "./passport/mount.ts";
import { mountProjects } from "./projects/mount.ts";
import { mountQueue } from "./queue/mount.ts";
import { mountRuns } from "./runs/mount.ts";
import { mountSweeps } from "./sweeps/mount.ts";
import { mountSettings } from "./settings/mount.ts";

/** JSON bodies are settings and conversations; files come as uploads, which have no limit. */
const jsonLimit = 10 * 2 ** 20;

/** The whole of HTTP: security first, then the API, then the page. */
export function createApp(context: ServerContext): OpenAPIHono {
  const { access, log, version } = context;
  const app = new OpenAPIHono({ defaultHook: refuseInvalid });

  app.onError((error, c) => {
    const forReading = !c.req.path.startsWith("/api/") && c.req.method === "GET";
    if (error instanceof AppError && error.code === "token_required" && forReading) {
      return signInPage(c);
    }
    return answerError(c, error, log);
  });
  app.notFound((c) =>
    answerError(c, new AppError("not_found", { what: "page", name: c.req.path }), log),
  );

  app.use(
    secureHeaders({
      // Nothing may be asked of another host, whatever a model or a file contains.
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'", "data:"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
      // The server speaks plain HTTP, and other programs are served on this host, too.
      strictTransportSecurity: false,
    }),
  );
  app.use(signIn(access), guard(access));
  app.use("/api/*", async (c, next) => {
    if (c.req.method === "PUT" && !c.req.path.startsWith("/api/settings/")) return next();
    return bodyLimit({
      maxSize: jsonLimit,
      onError: () => {
        throw new AppError("body_too_large", { limit: `${jsonLimit / 2 ** 20} MiB` });
      },
    })(c, next);
  });

  mountProjects(app, context);
  mountDatasets(app, context);
  mountFindings(app, context);
  mountDocuments(app, context);
  mountRuns(app, context);
  mountPassport(app, context);
  mountQueue(app, context);
  mountSweeps(app, context);
  mountDisk(app, context);
  mountChat(app, context);
  mountParameters(app, context);
  mountSettings(app, context);
  mountDeploy(app, context);
  mountSystem(app, context);
  mountModels(app, context);
  mountHubData(app, context);
  mountJobs(app, context);
  mountEvents(app, context);

  describeToken(app);
  // Made when first asked for: a start has no need of it.
  let document: ReturnType<typeof openApiDocument> | undefined;
  const readDocument = () =>
    (document ??= openApiDocument(app, version, access.token !== undefined));
  app.get("/api/openapi.json", (c) => c.json(readDocument()));
  app.get("/api/docs", (c) => c.html(docsPage(readDocument())));

  servePage(app, context.webRoot);
  return app;
}
