/* The floor under telling many the same: one send() after another, and nothing else. */
#include <sys/types.h>
#include <sys/socket.h>

/* Answers how many took all of it. */
int send_to_each(const int *sockets, int count, const char *frame, size_t size)
{
    int whole = 0;
    for (int i = 0; i < count; i++)
        whole += send(sockets[i], frame, size, MSG_NOSIGNAL) == (ssize_t)size;
    return whole;
}
