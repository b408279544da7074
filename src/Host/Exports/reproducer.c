#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>
#include <linux/dma-buf.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/vfio.h>

/* What an installed linux/vfio.h or linux/iommufd.h may not have yet. */
#ifndef VFIO_DEVICE_BIND_IOMMUFD
#define VFIO_DEVICE_BIND_IOMMUFD _IO(VFIO_TYPE, VFIO_BASE + 18)
#endif
#ifndef VFIO_DEVICE_ATTACH_IOMMUFD_PT
#define VFIO_DEVICE_ATTACH_IOMMUFD_PT _IO(VFIO_TYPE, VFIO_BASE + 19)
#endif
#ifndef VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY
#define VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY 3
#define VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP 4
#define VFIO_DEVICE_FEATURE_LOW_POWER_EXIT 5
#endif
#ifndef VFIO_DEVICE_FEATURE_DMA_BUF
#define VFIO_DEVICE_FEATURE_DMA_BUF 11
#endif
#ifndef IOMMU_IOAS_ALLOC
#define IOMMU_IOAS_ALLOC _IO(';', 0x81)
#define IOMMU_IOAS_UNMAP _IO(';', 0x86)
#endif
#ifndef IOMMU_IOAS_MAP_FILE
#define IOMMU_IOAS_MAP_FILE _IO(';', 0x8f)
#endif

struct bind_arg { __u32 argsz, flags; __s32 iommufd; __u32 out_devid; };
struct attach_arg { __u32 argsz, flags, pt_id; };
struct ioas_alloc_arg { __u32 size, flags, out_ioas_id; };
struct ioas_map_file_arg { __u32 size, flags, ioas_id; __s32 fd; __u64 start, length, iova; };
struct ioas_unmap_arg { __u32 size, ioas_id; __u64 iova, length; };
struct dma_range { __u64 offset, length; };
struct feature_arg {
	__u32 argsz, flags;
	__u32 region_index, open_flags, dma_buf_flags, nr_ranges;
	struct dma_range ranges[8];
};

#define OBJECTS 64
#define REQUESTS 1024

static const char *cdev[OBJECTS], *bdf[OBJECTS];
static int epoll = -1, iommufd = -1, files[OBJECTS], buffers[OBJECTS], paths[OBJECTS];
static __u32 ioas;
static atomic_int began[REQUESTS], ended[REQUESTS];

static inline int open_device(int file, int device)
{
	struct bind_arg bind = { .argsz = sizeof(bind), .iommufd = iommufd };
	int fd = open(cdev[device], O_RDWR | O_CLOEXEC);

	if (fd < 0 || ioctl(fd, VFIO_DEVICE_BIND_IOMMUFD, &bind)) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		return -why;
	}
	files[file] = fd;
	/* Gives the address space a domain, so that what it maps is in an IOMMU. */
	if (ioas) {
		struct attach_arg attach = { .argsz = sizeof(attach), .pt_id = ioas };

		if (ioctl(fd, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach))
			fprintf(stderr, "attach to the IOAS: %s\n", strerror(errno));
	}
	return 0;
}

/* Without an array of groups: the caller owns what its iommufd has bound. */
static inline int hot_reset(int file)
{
	struct vfio_pci_hot_reset arg = { .argsz = sizeof(arg) };

	return ioctl(files[file], VFIO_DEVICE_PCI_HOT_RESET, &arg) ? -errno : 0;
}

static inline int get_info(int file)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return ioctl(files[file], VFIO_DEVICE_GET_INFO, &info) ? -errno : 0;
}

static inline int open_path(int buffer)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", buffers[buffer]);
	paths[buffer] = open(name, O_PATH | O_CLOEXEC);
	return paths[buffer] < 0 ? -errno : 0;
}

static inline int touch_dma_buf(int buffer)
{
	volatile unsigned char *map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, buffers[buffer], 0);

	return map == MAP_FAILED ? -errno : (int)(map[0] & 0);
}

static inline int epoll_add(int buffer)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT };

	if (epoll < 0)
		epoll = epoll_create1(EPOLL_CLOEXEC);
	return epoll_ctl(epoll, EPOLL_CTL_ADD, buffers[buffer], &event) ? -errno : 0;
}

static inline int feature(int file, __u32 flags)
{
	struct feature_arg arg = { .argsz = 8, .flags = flags };

	return ioctl(files[file], VFIO_DEVICE_FEATURE, &arg) ? -errno : 0;
}

static inline int feature_eventfd(int file)
{
	struct feature_arg arg = { .argsz = 16, .flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP };
	int fd = eventfd(0, EFD_CLOEXEC);

	memcpy(&arg.region_index, &fd, sizeof(fd));
	return ioctl(files[file], VFIO_DEVICE_FEATURE, &arg) ? -errno : 0;
}

static inline int export_dma_buf(int file, int buffer, __u32 region, const struct dma_range *ranges, __u32 count)
{
	struct feature_arg arg = {
		.argsz = (__u32)(offsetof(struct feature_arg, ranges) + count * sizeof(*ranges)),
		.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_BUF,
		.region_index = region, .open_flags = O_RDWR | O_CLOEXEC, .nr_ranges = count,
	};
	int fd;

	memcpy(arg.ranges, ranges, (count < 8 ? count : 8) * sizeof(*ranges));
	fd = ioctl(files[file], VFIO_DEVICE_FEATURE, &arg);
	if (fd < 0)
		return -errno;
	buffers[buffer] = fd;
	return 0;
}

static inline off_t region_offset(int file, __u32 index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	return ioctl(files[file], VFIO_DEVICE_GET_REGION_INFO, &info) ? -1 : (off_t)info.offset;
}

static inline int config_read(int file, int where, void *value, size_t size)
{
	return pread(files[file], value, size, region_offset(file, VFIO_PCI_CONFIG_REGION_INDEX) + where) < 0 ? -errno : 0;
}

static inline int config_write16(int file, int where, __u16 clear, __u16 set)
{
	__u16 value = 0;
	off_t at = region_offset(file, VFIO_PCI_CONFIG_REGION_INDEX) + where;

	if (pread(files[file], &value, sizeof(value), at) < 0)
		return -errno;
	value = (__u16)((value & ~clear) | set);
	return pwrite(files[file], &value, sizeof(value), at) < 0 ? -errno : 0;
}

static inline int capability(int file, __u8 id)
{
	__u8 at = 0, head[2] = { 0, 0 };

	config_read(file, PCI_CAPABILITY_LIST, &at, 1);
	while (at) {
		config_read(file, at, head, 2);
		if (head[0] == id)
			return at;
		at = head[1];
	}
	return -1;
}

static inline int touch_bar(int file)
{
	volatile unsigned char *bar = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, files[file], region_offset(file, 0));

	return bar == MAP_FAILED ? -errno : (int)(bar[0] & 0);
}

static inline int read_bar(int file)
{
	__u32 value;

	return pread(files[file], &value, sizeof(value), region_offset(file, 0)) < 0 ? -errno : 0;
}

static inline int import(int buffer, int importer)
{
	struct ioas_map_file_arg arg = {
		.size = sizeof(arg), .flags = 7, .ioas_id = ioas, .fd = buffers[buffer], .length = 4096,
		.iova = 0x100000000ULL + (__u64)importer * 0x1000000ULL,
	};

	return ioctl(iommufd, IOMMU_IOAS_MAP_FILE, &arg) ? -errno : 0;
}

static inline int unimport(int importer)
{
	struct ioas_unmap_arg arg = { .size = sizeof(arg), .ioas_id = ioas, .iova = 0x100000000ULL + (__u64)importer * 0x1000000ULL, .length = 4096 };

	return ioctl(iommufd, IOMMU_IOAS_UNMAP, &arg) ? -errno : 0;
}

static inline int write_attribute(const char *format, const char *name, const char *value)
{
	char path[256];
	int fd, failed;

	snprintf(path, sizeof(path), format, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return -errno;
	failed = write(fd, value, strlen(value)) < 0 ? -errno : 0;
	close(fd);
	return failed;
}

static inline void wait_until(atomic_int *flag)
{
	while (!atomic_load(flag))
		sched_yield();
}

/* What stands before the schedule has to work, else nothing is reproduced. */
static inline void must(const char *what, int answer)
{
	if (answer >= 0)
		return;
	fprintf(stderr, "%s: %s\n", what, strerror(-answer));
	exit(1);
}

static inline void done(int request, const char *what, int answer)
{
	fprintf(stderr, "%s = %d\n", what, answer);
	atomic_store(&ended[request], 1);
}
