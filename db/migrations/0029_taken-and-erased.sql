CREATE TABLE "data_exports" (
	"organization_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"actor" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ends_by" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "data_exports_organization_id_id_pk" PRIMARY KEY("organization_id","id")
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "erased_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "data_exports" ADD CONSTRAINT "data_exports_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "organizations_to_erase" ON "organizations" USING btree ("deleted_at") WHERE deleted_at is not null and erased_at is null;--> statement-breakpoint

-- Taking along: who may begin it is decided by the command; how it ended is written by whoever began it.
ALTER TABLE data_exports ENABLE ROW LEVEL SECURITY;
--> statement-breakpoint
CREATE POLICY web ON data_exports TO headroom_web USING (organization_id = (SELECT current_organization())) WITH CHECK (organization_id = (SELECT current_organization()));
--> statement-breakpoint
CREATE POLICY engine ON data_exports TO headroom_engine USING (true) WITH CHECK (true);
--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE ON data_exports TO headroom_web, headroom_engine;
