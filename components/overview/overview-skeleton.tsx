import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'

export function CardSkeleton() {
  return (
    <SkeletonGroup>
      <Skeleton className="h-80 rounded-xl" />
    </SkeletonGroup>
  )
}
