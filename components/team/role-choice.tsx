'use client'

import { useTranslations } from 'next-intl'
import { RadioGroup } from '@/components/ui/radio-group'
import { mayGrant, ROLES, type Role } from '@/lib/auth/permissions'

type Props = {
  /** Who chooses: nobody grants a role above their own (G84). */
  viewerRole: Role
  value: Role
  onChange: (role: Role) => void
}

/** The four roles, each with what it may do. */
export function RoleChoice({ viewerRole, value, onChange }: Props) {
  const t = useTranslations('team')
  return (
    <RadioGroup
      label={t('role')}
      name="role"
      onChange={onChange}
      options={ROLES.map((role) => ({
        value: role,
        label: t(`roles.${role}`),
        detail: t(`explain.${role}`),
        reason: role === value || mayGrant(viewerRole, role) ? null : t('reason.grantOwner'),
      }))}
      value={value}
    />
  )
}
