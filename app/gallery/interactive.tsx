'use client'

import { ChevronDown, CircleHelp, Settings, Trash2 } from 'lucide-react'
import type { Route } from 'next'
import { useState } from 'react'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Checkbox } from '@/components/ui/checkbox'
import { DescriptionList } from '@/components/ui/description-list'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { Disclosure, Formula } from '@/components/ui/disclosure'
import { IconButton } from '@/components/ui/icon-button'
import { Menu, MenuGroup, MenuItem, MenuLink, MenuSeparator } from '@/components/ui/menu'
import { Notice } from '@/components/ui/notice'
import { NumberField } from '@/components/ui/number-field'
import { PasswordField } from '@/components/ui/password-field'
import { Popover } from '@/components/ui/popover'
import { RadioGroup } from '@/components/ui/radio-group'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { Tabs } from '@/components/ui/tabs'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Tooltip } from '@/components/ui/tooltip'

export function PressAndWait() {
  const [pending, setPending] = useState(true)
  return (
    <Button onClick={() => setPending(true)} pending={pending} variant="primary">
      Pay $13.33
    </Button>
  )
}

export function Fields() {
  const [seats, setSeats] = useState<number | null>(5)
  const [role, setRole] = useState<'admin' | 'billing' | 'member'>('member')
  return (
    <div className="flex flex-col gap-5">
      <TextField autoComplete="off" hint="Invoices are also sent here." label="Billing email" optional placeholder="name@company.com" type="email" />
      <TextField defaultValue="ada@" error="Enter an address like name@company.com." label="Email" />
      <PasswordField autoComplete="off" defaultValue="correct horse" label="Password" />
      <Select
        label="Role"
        onChange={setRole}
        options={[
          { value: 'admin', label: 'Admin', detail: 'Members, seats, plan, payment details' },
          { value: 'billing', label: 'Billing manager', detail: 'Invoices and payment; holds no seat' },
          { value: 'member', label: 'Member', detail: 'Sees usage and plan' },
        ]}
        value={role}
      />
      <NumberField hint="$12.00 a seat and month" label="Seats" max={50} min={1} onChange={setSeats} value={seats} />
    </div>
  )
}

export function Choices() {
  const [limit, setLimit] = useState(true)
  const [agreed, setAgreed] = useState(true)
  const [when, setWhen] = useState<'now' | 'end' | 'pause'>('end')
  return (
    <div className="flex flex-col gap-6">
      <Switch checked={limit} detail="At $50.00 your requests stop until June 1. This is a limit, not a charge." label="Hard limit" onChange={setLimit} />
      <Switch
        checked={false}
        detail="Calls over the limit are billed."
        label="Pay as you go"
        onChange={() => undefined}
        reason="Only owners can switch this on."
      />
      <Checkbox checked={agreed} detail="One mail at 80% and one at 100%." label="Send me usage alerts" onChange={setAgreed} />
      <RadioGroup
        label="When should it end?"
        onChange={setWhen}
        options={[
          { value: 'end', label: 'At the end of the period', detail: 'Service goes on until May 31.', aside: '$0.00' },
          { value: 'now', label: 'Now', detail: 'The rest of the period is not refunded.', aside: '$0.00' },
          { value: 'pause', label: 'Pause', reason: 'Basic cannot be paused.' },
        ]}
        value={when}
      />
    </div>
  )
}

export function Overlays() {
  const [open, setOpen] = useState<'dialog' | 'alert' | null>(null)
  const here = '/gallery' as Route
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button onClick={() => setOpen('dialog')}>Open dialog</Button>
      <Button onClick={() => setOpen('alert')}>Open question</Button>
      <Menu
        trigger={
          <Button>
            Menu
            <ChevronDown aria-hidden />
          </Button>
        }
      >
        <MenuGroup label="Plan">
          <MenuLink current href={here}>
            Basic
          </MenuLink>
          <MenuLink href={here}>Pro</MenuLink>
        </MenuGroup>
        <MenuSeparator />
        <MenuItem icon={<Settings aria-hidden />} onSelect={() => undefined}>
          Settings
        </MenuItem>
        <MenuItem icon={<Trash2 aria-hidden />} onSelect={() => undefined} tone="danger">
          Remove
        </MenuItem>
      </Menu>
      <Popover size="md" title="How this was reached" trigger="Why $13.33?">
        <Formula>$20.00 − $6.67 = $13.33</Formula>
      </Popover>
      <Tooltip content="Opens by pointer and by focus">
        <IconButton icon={<CircleHelp aria-hidden />} label="Help" />
      </Tooltip>
      <Button onClick={() => void showToast('Card saved')} variant="ghost">
        Show toast
      </Button>
      {open === 'dialog' && <SampleDialog onClose={() => setOpen(null)} />}
      {open === 'alert' && (
        <AlertDialog
          confirm="Cancel Pro"
          description="Pro stays until May 31, 2026, 00:00 UTC. Then you are on Free with 1,000 calls. Nothing is deleted, and nothing more is charged."
          keep="Keep Pro"
          onClose={() => setOpen(null)}
          onConfirm={() => setOpen(null)}
          title="Cancel Pro?"
        />
      )}
    </div>
  )
}

function SampleDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>Upgrade to Pro</DialogTitle>
          <DialogDescription>From Basic, at once. Your period still ends on May 31, 2026.</DialogDescription>
        </DialogHeader>
        <DialogBody>
          <div className="divide-y divide-line">
            <Disclosure aside="−$6.67" summary="Unused time on Basic">
              <Formula>−$10.00 × 20 / 30 = −$6.67</Formula>
            </Disclosure>
            <Disclosure aside="$20.00" summary="Pro for the rest of the period">
              <Formula>$30.00 × 20 / 30 = $20.00</Formula>
            </Disclosure>
          </div>
          <DescriptionList
            items={[
              { term: 'Credit used', value: '$0.00' },
              { term: 'Total today', value: '$13.33', strong: true },
            ]}
            layout="ledger"
          />
          <Notice>The limit rises to 300,000 calls at once; the 24,612 used count against it. On May 31 Pro renews for $30.00.</Notice>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            Keep Basic
          </Button>
          <Button onClick={onClose} variant="primary">
            Pay $13.33 and upgrade
          </Button>
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

export function Views() {
  const [interval, setInterval] = useState<'month' | 'year'>('month')
  return (
    <div className="flex flex-col gap-5">
      <SegmentedControl
        label="Billing interval"
        onChange={setInterval}
        segments={[
          { value: 'month', label: 'Monthly' },
          { value: 'year', label: 'Yearly' },
        ]}
        value={interval}
      />
      <Tabs
        label="Usage"
        tabs={[
          { value: 'key', label: 'By key', content: <p className="text-muted">Usage by API key.</p> },
          { value: 'member', label: 'By member', content: <p className="text-muted">Usage by member.</p> },
        ]}
      />
    </div>
  )
}
