ALTER TABLE "users" ADD COLUMN "locale" text;
--> statement-breakpoint
GRANT SELECT (locale), UPDATE (locale) ON users TO headroom_web;
