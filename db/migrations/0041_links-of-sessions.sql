ALTER TABLE "operators" ADD COLUMN "session_version" integer DEFAULT 1 NOT NULL;
