#include "http/response_head.h"

#include "http/field.h"

void response_head_reset(struct response_head *head) {
    head->next = HEAD_STATUS_LINE;
    head->has_length = false;
    head->retry_after.size = 0;
}

static void read_status_line(struct response_head *head, struct text line) {
    response_head_reset(head);
    struct text status = line;
    text_cut(&status, ' ');
    bool interim = text_starts_with(text_trim(status), text_of("1"));
    head->next = interim ? HEAD_INTERIM_FIELDS : HEAD_FIELDS;
}

static bool is_digits(struct text text) {
    size_t count = 0;
    while (count < text.size && text.data[count] >= '0' && text.data[count] <= '9')
        count++;
    return count > 0 && count == text.size;
}

static const char *read_field(struct response_head *head, struct text line) {
    struct text value;
    if (text_starts_with(line, text_of(" ")) || text_starts_with(line, text_of("\t")))
        return "the answer has a header of several lines";
    if (field_of_line(line, text_of("retry-after"), &value)) {
        head->retry_after.size = 0;
        buffer_append_text(&head->retry_after, value);
    }
    if (!field_of_line(line, text_of("content-length"), &value))
        return NULL;
    if (head->has_length)
        return "the answer has more than one Content-Length";
    head->has_length = true;
    return is_digits(value) ? NULL : "the answer's Content-Length is not a number";
}

const char *response_head_read(struct response_head *head, struct text line) {
    if (head->next == HEAD_IS_COMPLETE)
        return NULL;
    if (head->next == HEAD_STATUS_LINE)
        read_status_line(head, line);
    else if (text_is(line, "\r\n") || text_is(line, "\n"))
        head->next = head->next == HEAD_INTERIM_FIELDS ? HEAD_STATUS_LINE : HEAD_IS_COMPLETE;
    else
        return read_field(head, line);
    return NULL;
}
